import { StudioElement } from '../../lib/element.js';
import { length } from '../../lib/format.js';
import { html, icon, render } from '../../lib/html.js';
import { placeBelow } from '../../lib/menu-position.js';
import { studio } from '../../models/studio.js';
import { examples } from './examples.js';

// Where a song begins: a prompt, a few quick controls, and the button.
//
//     <prompt-composer></prompt-composer>     composer.fill({ prompt, seed, … })     composer.create()

const tonics = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const modes = ['major', 'minor', 'dorian', 'phrygian', 'lydian', 'mixolydian'];
const meters = ['4/4', '3/4', '6/8', '5/4', '7/8', '2/4', '12/8'];
const lengths = [20, 60, 90, 120, 180, 300];
const counts = [1, 2, 3, 4];

export class PromptComposer extends StudioElement {
    #offset = new Date().getDate();
    #style = '';

    connect() {
        render(this, this.#markup());
        this.#showExamples();
        this.#showChips();
        this.listen(this.#form, 'submit', (event) => {
            event.preventDefault();
            this.create();
        });
        this.listen(this.#form, 'input', (event) => {
            this.#clearError(event.target.name);
            this.#showChips();
        });
        this.listen(this.#prompt, 'keydown', (event) => {
            // Out of the text, so that the page's own keys work again.
            if (event.key === 'Escape') this.#prompt.blur();
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            this.create();
        });
        this.listen(this, 'click', (event) => this.#act(event.target.closest('[data-act]')));
        for (const panel of this.querySelectorAll('[popover]')) {
            const button = this.querySelector(`[popovertarget="${panel.id}"]`);
            this.listen(panel, 'toggle', ({ newState }) => newState === 'open' && placeBelow(panel, button));
        }
        this.#offerEngines();
    }

    focusPrompt() {
        this.#prompt.focus();
        this.#prompt.select();
    }

    /** Puts an earlier song's wishes back into the controls. */
    fill(song) {
        const [tonic = '', mode = 'minor'] = (song.key ?? '').split(' ');
        const values = { duration: '', bpm: '', time_signature: '', lyrics: '', title: '', seed: '', ...song, tonic, mode };
        for (const [name, value] of Object.entries(values)) {
            const field = this.#form.elements[name];
            if (field && !(field instanceof RadioNodeList)) field.value = value ?? '';
        }
        this.#clearErrors();
        this.#showChips();
        this.scrollIntoView({ block: 'nearest' });
        this.#prompt.focus();
    }

    /** Puts a style's word into the prompt: instead of the one put there before, else behind what is written. */
    addStyle(word) {
        const text = this.#prompt.value.trim();
        const written = this.#style && text.includes(this.#style) ? text.replace(this.#style, word) : `${text}, ${word}`;
        this.#prompt.value = text === '' ? word : written;
        this.#style = word;
        this.#clearErrors();
        this.#prompt.focus();
        this.scrollIntoView({ block: 'nearest' });
    }

    /** Sends what the controls say; what the server refuses is shown at the field it names. */
    async create() {
        const song = this.#request;
        this.#clearErrors();
        if (!song.prompt) {
            this.#complain('prompt', 'Describe the song first, or pick one of the examples.');
            return this.#prompt.focus();
        }
        const button = this.part('create');
        if (button.disabled) return;
        button.disabled = true;
        try {
            await studio.jobs.create(song);
            // A title names one song; everything else may well serve the next take.
            this.#form.elements.title.value = '';
            this.#showChips();
        } catch (error) {
            this.#refused(error);
        } finally {
            button.disabled = false;
        }
    }

    // Private

    get #form() {
        return this.querySelector('form');
    }

    get #prompt() {
        return this.#form.elements.prompt;
    }

    /** GenerationRequest: only what the person has chosen. */
    get #request() {
        const form = new FormData(this.#form);
        const text = (name) => String(form.get(name) ?? '').trim();
        const number = (name) => (text(name) === '' ? undefined : Number(text(name)));
        return {
            prompt: text('prompt'),
            title: text('title') || undefined,
            lyrics: text('lyrics') || undefined,
            duration: number('duration'),
            seed: number('seed'),
            bpm: number('bpm'),
            key: text('tonic') ? `${text('tonic')} ${text('mode')}` : undefined,
            time_signature: text('time_signature') || undefined,
            engine: text('engine') || undefined,
            count: number('count') > 1 ? number('count') : undefined,
        };
    }

    #act(button) {
        const { act, value } = button?.dataset ?? {};
        if (act === 'example') {
            this.#prompt.value = button.textContent.trim();
            this.#clearErrors();
            this.#prompt.focus();
        } else if (act === 'more-examples') {
            this.#offset += 4;
            this.#showExamples();
        } else if (act === 'length') {
            this.#form.elements.duration.value = value;
        } else if (act === 'roll') {
            this.#form.elements.seed.value = String(Math.floor(Math.random() * 1_000_000));
        } else if (act === 'free-seed') {
            this.#form.elements.seed.value = '';
        } else if (act === 'reset') {
            for (const name of ['tonic', 'mode', 'bpm', 'time_signature', 'title', 'lyrics']) this.#form.elements[name].value = name === 'mode' ? 'minor' : '';
        }
        if (act) this.#showChips();
    }

    #refused(error) {
        if (error.name === 'ConnectionError') return this.#complain('prompt', 'The server does not answer just now. Your prompt stays here.');
        const unknown = error.fields?.filter(({ name, message }) => !this.#complain(name === 'key' ? 'tonic' : name, message)) ?? [];
        if ((error.fields ?? []).length === 0 || unknown.length > 0) {
            this.#complain('prompt', [error.message, error.hint, ...unknown.map(({ name, message }) => `${name}: ${message}`)].filter(Boolean).join(' '));
        }
        const first = this.querySelector('[aria-invalid=true]');
        first?.closest('[popover]')?.showPopover();
        first?.focus();
    }

    /** Shows `text` at the field; false when there is no such field. */
    #complain(name, text) {
        const field = this.#form.elements[name];
        const place = this.querySelector(`[data-error-for="${CSS.escape(name)}"]`);
        if (!field || !place) return false;
        field.setAttribute('aria-invalid', 'true');
        place.textContent = text;
        return true;
    }

    #clearError(name) {
        this.#form.elements[name]?.removeAttribute?.('aria-invalid');
        const place = this.querySelector(`[data-error-for="${CSS.escape(name)}"]`);
        if (place) place.textContent = '';
    }

    #clearErrors() {
        for (const place of this.querySelectorAll('[data-error-for]')) this.#clearError(place.dataset.errorFor);
    }

    #showChips() {
        for (const [name, text] of Object.entries(this.#summary)) {
            const chip = this.part(`chip-${name}`);
            chip.querySelector('span').textContent = text.label;
            chip.classList.toggle('chosen', text.chosen);
        }
        for (const button of this.querySelectorAll('[data-act=length]')) {
            button.setAttribute('aria-pressed', String(button.dataset.value === this.#form.elements.duration.value));
        }
    }

    get #summary() {
        const { duration, seed, key, bpm, time_signature, title, lyrics, count } = this.#request;
        const options = [key, bpm && `${bpm} BPM`, time_signature, title && 'title', lyrics && 'lyrics'].filter(Boolean);
        return {
            duration: { label: duration === undefined || Number.isNaN(duration) ? 'Length: auto' : length(duration), chosen: duration !== undefined },
            seed: { label: seed === undefined ? 'New take' : `Seed ${seed}`, chosen: seed !== undefined },
            count: { label: count ? `${count} songs` : 'One song', chosen: count !== undefined },
            options: { label: options.length > 0 ? options.join(' · ') : 'Key, tempo, lyrics', chosen: options.length > 0 },
        };
    }

    #showExamples() {
        const shown = Array.from({ length: 4 }, (_, index) => examples[(this.#offset + index) % examples.length]);
        render(this.part('examples'), html`${shown.map((text) => html`<button class="chip" type="button" data-act="example">${text}</button>`)}
            <button class="chip square" type="button" data-act="more-examples" aria-label="Other examples" title="Other examples">${icon('dices')}</button>`);
    }

    async #offerEngines() {
        const { engines = [] } = await studio.config().catch(() => ({}));
        if (engines.length < 2 || this.life.aborted) return;
        render(this.part('engines'), html`<div class="field"><label for="composer-engine">Engine</label>
            <select id="composer-engine" name="engine">${engines.map((name) => html`<option value="${name}">${name}</option>`)}</select>
            <p class="field-error" role="alert" data-error-for="engine"></p></div>`);
    }

    #markup() {
        return html`
            <h1 id="studio-heading">What should it sound like?</h1>
            <form novalidate>
                <div class="sheet">
                    <label class="hidden" for="composer-prompt">Describe the song</label>
                    <textarea id="composer-prompt" name="prompt" rows="3" maxlength="2000" autocomplete="off" spellcheck="true" enterkeyhint="go"
                        aria-describedby="composer-prompt-error"
                        placeholder="A slow waltz for piano and strings in G minor, wistful, with a hopeful ending"></textarea>
                    <p class="field-error" role="alert" id="composer-prompt-error" data-error-for="prompt"></p>
                    <div class="sheet-tools">
                        <button class="chip" type="button" popovertarget="composer-length" data-part="chip-duration">${icon('timer')}<span></span></button>
                        <button class="chip" type="button" popovertarget="composer-seed" data-part="chip-seed">${icon('dices')}<span></span></button>
                        <button class="chip" type="button" popovertarget="composer-count" data-part="chip-count">${icon('list-music')}<span></span></button>
                        <button class="chip" type="button" popovertarget="composer-options" data-part="chip-options">${icon('sliders-horizontal')}<span></span></button>
                        <button class="button primary create" type="submit" data-part="create">Create${icon('arrow-up')}</button>
                    </div>
                </div>

                <div class="panel" id="composer-length" popover role="group" aria-label="Length">
                    <div class="choices"><button class="chip" type="button" data-act="length" data-value="">Auto</button>
                        ${lengths.map((seconds) => html`<button class="chip" type="button" data-act="length" data-value="${seconds}">${length(seconds)}</button>`)}</div>
                    <div class="field"><label for="composer-duration">Seconds</label>
                        <input id="composer-duration" name="duration" type="number" inputmode="numeric" min="10" max="600" placeholder="auto">
                        <p class="field-error" role="alert" data-error-for="duration"></p>
                        <p class="field-hint">10 to 600. “Auto” goes by the prompt, or takes 2 minutes.</p></div>
                </div>

                <div class="panel" id="composer-seed" popover role="group" aria-label="Seed">
                    <div class="field"><label for="composer-seed-value">Seed</label>
                        <div class="joined"><input id="composer-seed-value" name="seed" type="number" inputmode="numeric" min="0" placeholder="random each time">
                            <button class="button square" type="button" data-act="roll" aria-label="Roll a seed" title="Roll a seed">${icon('dices')}</button></div>
                        <p class="field-error" role="alert" data-error-for="seed"></p>
                        <p class="field-hint">The same prompt and seed make the same song, to the byte. Without one, every song is a new take.</p></div>
                    <button class="button small" type="button" data-act="free-seed">New take each time</button>
                </div>

                <div class="panel" id="composer-count" popover role="group" aria-label="How many">
                    <fieldset class="choices"><legend class="field-hint">How many songs, each another take</legend>${counts.map((count) => html`<label class="chip">
                        <input class="hidden" type="radio" name="count" value="${count}"${count === 1 ? html` checked` : ''}>${count}</label>`)}</fieldset>
                </div>

                <div class="panel wide" id="composer-options" popover role="group" aria-label="Key, tempo, lyrics">
                    <div class="fields">
                        <div class="field"><label for="composer-tonic">Key</label>
                            <div class="joined">
                                <select id="composer-tonic" name="tonic"><option value="">Auto</option>${tonics.map((tonic) => html`<option>${tonic}</option>`)}</select>
                                <select name="mode" aria-label="Mode">${modes.map((mode) => html`<option${mode === 'minor' ? html` selected` : ''}>${mode}</option>`)}</select>
                            </div><p class="field-error" role="alert" data-error-for="tonic"></p></div>
                        <div class="field"><label for="composer-bpm">Tempo, BPM</label>
                            <input id="composer-bpm" name="bpm" type="number" inputmode="decimal" min="30" max="300" placeholder="auto">
                            <p class="field-error" role="alert" data-error-for="bpm"></p></div>
                        <div class="field"><label for="composer-meter">Meter</label>
                            <select id="composer-meter" name="time_signature"><option value="">Auto</option>${meters.map((meter) => html`<option>${meter}</option>`)}</select>
                            <p class="field-error" role="alert" data-error-for="time_signature"></p></div>
                        <div class="field"><label for="composer-title">Title</label>
                            <input id="composer-title" name="title" maxlength="200" autocomplete="off" placeholder="auto">
                            <p class="field-error" role="alert" data-error-for="title"></p></div>
                        <div data-part="engines"></div>
                        <div class="field broad"><label for="composer-lyrics">Lyrics</label>
                            <textarea id="composer-lyrics" name="lyrics" rows="4" maxlength="10000" placeholder="[verse]&#10;…&#10;[chorus]&#10;…"></textarea>
                            <p class="field-error" role="alert" data-error-for="lyrics"></p>
                            <p class="field-hint">Section tags such as [verse] and [chorus] shape the form. The built-in composer plays; it does not sing.</p></div>
                    </div>
                    <button class="button small" type="button" data-act="reset">Leave it all to the prompt</button>
                </div>
            </form>
            <div class="examples" role="group" aria-label="Examples" data-part="examples"></div>`;
    }
}

customElements.define('prompt-composer', PromptComposer);
