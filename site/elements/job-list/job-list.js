import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';

// The songs in the making, one card each, alive.
//
//     <job-list></job-list>

const steps = 100;

export class JobList extends StudioElement {
    connect() {
        render(this, html`<h2 class="hidden">In the making</h2><ul class="jobs" data-part="list"></ul>`);
        this.#show();
        this.listen(studio.jobs, 'change', () => this.#show());
        this.listen(this, 'click', (event) => this.#act(event.target.closest('[data-act]')));
    }

    // A card that stays is changed in place: progress glides, and the focus on its button is not lost.
    #show() {
        const { list } = studio.jobs;
        this.hidden = list.length === 0;
        const place = this.part('list');
        for (const card of [...place.children]) {
            if (!list.some((job) => job.job_id === card.dataset.id)) card.remove();
        }
        list.forEach((job, index) => {
            let card = place.querySelector(`[data-id="${CSS.escape(job.job_id)}"]`);
            const shape = job.status === 'failed' ? 'failed' : 'live';
            if (card?.dataset.shape !== shape) {
                const made = this.#card(job, shape);
                card?.replaceWith(made);
                card = made;
            }
            if (place.children[index] !== card) place.insertBefore(card, place.children[index] ?? null);
            if (shape === 'live') this.#update(card, job);
        });
    }

    #card(job, shape) {
        const card = document.createElement('li');
        card.className = 'job';
        card.dataset.id = job.job_id;
        card.dataset.shape = shape;
        const prompt = titleOf(job.request);
        render(card, shape === 'failed' ? html`
            <div class="job-mark">${icon('triangle-alert')}</div>
            <div class="job-text"><p class="job-title">${prompt}</p>
                <p class="job-stage" role="alert">${job.error?.message || 'The song could not be made.'} ${job.error?.hint ?? ''}</p></div>
            <div class="job-actions">
                <button class="button small" type="button" data-act="retry">${icon('rotate-ccw')}Try again</button>
                <button class="button quiet square small" type="button" data-act="dismiss" aria-label="Dismiss">${icon('x')}</button></div>` : html`
            <div class="job-mark" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
            <div class="job-text"><p class="job-title">${prompt}</p><p class="job-stage" data-part="stage"></p></div>
            <output class="job-percent" data-part="percent"></output>
            <div class="job-actions"><button class="button quiet small" type="button" data-act="cancel" aria-label="Cancel: ${prompt}">Cancel</button></div>
            <progress max="${steps}" value="0" aria-label="Progress of ${prompt}" data-part="progress"></progress>`);
        return card;
    }

    #update(card, job) {
        const find = (name) => card.querySelector(`[data-part=${name}]`);
        const queued = job.status === 'queued';
        card.dataset.status = job.status;
        find('stage').textContent = queued ? waiting(job.position) : job.message || 'Beginning';
        find('percent').textContent = queued ? '' : `${Math.round(job.progress * steps)} %`;
        find('progress').value = Math.round((job.progress ?? 0) * steps);
    }

    async #act(button) {
        if (!button) return;
        const { id } = button.closest('[data-id]').dataset;
        try {
            if (button.dataset.act === 'dismiss') return studio.jobs.dismiss(id);
            button.disabled = true;
            if (button.dataset.act === 'cancel') {
                await studio.jobs.cancel(id);
                studio.toasts.show('Cancelled.');
            } else {
                await studio.jobs.retry(id);
            }
        } catch (error) {
            button.disabled = false;
            studio.toasts.fail(error);
        }
    }
}

const works = {
    similar: (title) => `More like “${title}”`,
    extend: (title) => `“${title}”, longer`,
    repaint: (title) => `“${title}”, a part repainted`,
    remix: (title, prompt) => `“${title}” as ${prompt}`,
};

function titleOf({ title, prompt, task, parent_id } = {}) {
    // A job's record spells ids in capitals.
    const parent = parent_id && studio.songs.find(parent_id.toLowerCase());
    return title || (parent && works[task]?.(parent.title, prompt)) || prompt || 'A song';
}

// `position` counts the jobs ahead from 1.
function waiting(position) {
    if (!position || position <= 1) return 'Next in line';
    return `Waiting, number ${position} in line`;
}

customElements.define('job-list', JobList);
