import { coverURL } from '../../lib/cover.js';
import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { inRoom } from '../../lib/rooms.js';
import { studio } from '../../models/studio.js';
import { track } from '../../models/styles.js';

// One style: what it is, a button that plays its sample (or has it made, with a ring that fills), and the way into a prompt.
//
//     card.of = 'house'

export class StyleCard extends StudioElement {
    of = '';

    connect() {
        const { name, about, tempo: [low, high], meter } = this.#style;
        render(this, html`
            <button class="style-play" type="button" data-act="play" data-part="play"><img alt="" width="76" height="76" src="${coverURL(track(this.#style))}">
                <span class="style-mark"><svg class="style-ring" viewBox="0 0 44 44" aria-hidden="true">
                    <circle cx="22" cy="22" r="20" pathLength="100" data-part="ring" /></svg><span data-part="mark"></span></span></button>
            <div class="style-text"><h2>${name}</h2><p class="style-about">${about}</p></div>
            <p class="style-meta" data-part="meta"><span>${low}–${high} BPM</span><span>${meter}</span></p>
            <p class="style-stage" data-part="stage"></p>
            <progress class="hidden" max="100" aria-label="Progress of the sample of ${name}" data-part="progress"></progress>
            <button class="button quiet small style-use" type="button" data-act="use" aria-label="Use this style: ${name}">Use this style</button>
            <div class="style-failure" role="alert" data-part="failure"></div>`);
        this.#show();
        this.listen(studio.styles, 'change', ({ detail }) => detail === this.of && this.#show());
        this.listen(studio.player, 'change', () => this.#show());
        this.listen(this, 'click', (event) => this.#act(event.target.closest('[data-act]')?.dataset.act));
    }

    // Private

    get #style() {
        return studio.styles.find(this.of);
    }

    #show() {
        const { styles, player } = studio;
        const current = player.isCurrent(track(this.#style));
        const making = styles.making(this.of);
        const failure = styles.failure(this.of);
        const state = making ? 'making' : current && (player.playing || player.waiting) ? 'playing' : failure ? 'failed' : 'ready';
        this.classList.toggle('current', current);
        if (making) this.#showProgress(making);
        if (this.dataset.state === state) return;
        this.dataset.state = state;
        const { name } = this.#style;
        const [mark, label] = {
            making: ['x', `Cancel the sample of ${name}`], playing: ['pause', `Pause ${name}`],
            failed: ['play', `Play ${name}`], ready: ['play', `Play ${name}`],
        }[state];
        render(this.part('mark'), icon(mark));
        this.part('play').setAttribute('aria-label', label);
        for (const part of ['stage', 'progress']) this.part(part).hidden = state !== 'making';
        this.part('meta').hidden = state === 'making';
        render(this.part('failure'), state === 'failed' && html`<p>${failure.message} ${failure.hint ?? ''}</p>
            <button class="button small" type="button" data-act="play">${icon('rotate-ccw')}Try again</button>`);
    }

    #showProgress({ progress, message }) {
        const percent = Math.round(progress * 100);
        this.part('stage').textContent = message ? `${message}, ${percent} %` : 'Beginning';
        this.part('progress').value = percent;
        this.part('ring').style.strokeDasharray = `${percent} 100`;
    }

    #act(act) {
        if (act === 'play') {
            // The button that tried again is gone in a moment: the focus stays on the card.
            this.part('play').focus();
            studio.styles.toggle(this.of).catch((error) => studio.toasts.fail(error));
        }
        if (act === 'use') inRoom('studio', () => document.querySelector('prompt-composer').addStyle(this.#style.words[0]));
    }
}

customElements.define('style-card', StyleCard);
