import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';
import '../range-waveform/range-waveform.js';
import { works } from './works.js';

// Asks how to work on a song: variations, extend, repaint, remix. What the server refuses is shown at the field it names.
//
//     document.querySelector('work-dialog').open('extend', song)

export class WorkDialog extends StudioElement {
    #work = null;
    #song = null;

    open(name, song) {
        this.#work = works[name];
        this.#song = song;
        const { title, lead, action, fields, wide } = this.#work;
        render(this, html`
            <dialog class="dialog work ${wide ? 'wide' : ''}" aria-labelledby="work-title" aria-describedby="work-lead">
                <form novalidate>
                    <div class="dialog-head"><h2 id="work-title">${title(song)}</h2>
                        <button class="button quiet square" type="button" data-act="close" aria-label="Close">${icon('x')}</button></div>
                    <p id="work-lead">${lead}</p>
                    ${fields(song)}
                    <p class="field-error" role="alert" data-part="error"></p>
                    <div class="dialog-actions"><button class="button primary" type="submit" data-part="submit">${action}</button></div>
                </form>
            </dialog>`);
        const dialog = this.querySelector('dialog');
        dialog.querySelector('[data-act=close]').addEventListener('click', () => dialog.close());
        this.#form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#submit();
        });
        this.#form.addEventListener('input', () => this.#clear());
        dialog.showModal();
        this.#work.setUp?.(song, this.#form);
    }

    // Private

    get #form() {
        return this.querySelector('form');
    }

    async #submit() {
        const values = new FormData(this.#form);
        const text = (name) => String(values.get(name) ?? '').trim();
        const request = this.#work.request(this.#song, { text, number: (name) => (text(name) === '' ? undefined : Number(text(name))) });
        this.#clear();
        if (this.#complain(this.#work.problems?.(request, this.#song) ?? {})) return;
        const dialog = this.querySelector('dialog');
        this.part('submit').disabled = true;
        try {
            await studio.jobs.create(request);
            dialog.close();
            studio.toasts.show(request.count > 1 ? `${request.count} songs are in the making.` : 'The new song is in the making.');
        } catch (error) {
            this.#refused(error);
        } finally {
            this.part('submit').disabled = false;
        }
    }

    #refused(error) {
        const named = Object.fromEntries((error.fields ?? []).map(({ name, message }) => [name, message]));
        if (this.#complain(named)) return;
        this.part('error').textContent = error.name === 'ConnectionError' ? 'The server does not answer just now.'
            : [error.message, error.hint, ...Object.entries(named).map((each) => each.join(': '))].filter(Boolean).join(' ');
    }

    /** Shows each message at its field; whether all found one. */
    #complain(problems) {
        const wrong = Object.entries(problems).filter(([name, message]) => {
            const place = this.querySelector(`[data-error-for="${CSS.escape(name)}"]`);
            if (!place) return false;
            place.textContent = message;
            this.#form.elements[name].setAttribute('aria-invalid', 'true');
            return true;
        });
        if (wrong.length > 0) this.#form.elements[wrong[0][0]].focus();
        return wrong.length > 0 && wrong.length === Object.keys(problems).length;
    }

    #clear() {
        this.part('error').textContent = '';
        for (const place of this.querySelectorAll('[data-error-for]')) place.textContent = '';
        for (const field of this.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
    }
}

customElements.define('work-dialog', WorkDialog);
