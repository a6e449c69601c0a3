import { StudioElement } from '../../lib/element.js';
import { html, render } from '../../lib/html.js';
import { waveLook, waveSurfer } from '../../lib/waveform.js';
import { studio } from '../../models/studio.js';

// The waveform of a song with a part of it marked: drag to choose a part, drag an edge to move it. Emits `range` with {from, to} in seconds.
// Hidden from screen readers: the number fields that it comes with say and do the same.
//
//     waveform.setUp(song, { from: 10, to: 20 })     waveform.mark({ from, to })

const edge = 10;

export class RangeWaveform extends StudioElement {
    #song = null;
    #surfer = null;
    #range = { from: 0, to: 0 };
    #anchor = null;

    connect() {
        this.setAttribute('aria-hidden', 'true');
        render(this, html`<div class="range-wave" data-part="wave"></div><div class="wave-marks" data-part="marks"></div><div class="range-part" data-part="range"></div>`);
        this.listen(this, 'pointerdown', (event) => this.#grasp(event));
        this.listen(this, 'pointermove', (event) => this.#drag(event));
        this.listen(this, 'pointerup pointercancel', () => { this.#anchor = null; });
        this.listen(studio.theme, 'change', () => this.#surfer?.setOptions(waveLook(this)));
        this.life.addEventListener('abort', () => {
            this.#surfer?.destroy();
            this.#surfer = null;
        });
    }

    setUp(song, range) {
        this.#song = song;
        const inner = (song.plan?.sections ?? []).filter(({ start }) => start > 0);
        render(this.part('marks'), inner.map(({ start }) => html`<i style="left:${((start / song.duration) * 100).toFixed(2)}%"></i>`));
        this.mark(range);
        this.#draw();
    }

    mark(range) {
        this.#range = range;
        const share = (seconds) => Math.min(100, Math.max(0, (seconds / this.#song.duration) * 100));
        const { style } = this.part('range');
        style.left = `${share(range.from).toFixed(2)}%`;
        style.width = `${Math.max(0, share(range.to) - share(range.from)).toFixed(2)}%`;
    }

    // Private

    async #draw() {
        const song = this.#song;
        // Without peaks the part can be chosen all the same, on an empty ground.
        const [WaveSurfer, peaks] = await Promise.all([waveSurfer(), studio.songs.peaks(song.id)]).catch(() => []);
        if (!WaveSurfer || !this.isConnected) return;
        this.#surfer = WaveSurfer.create({
            container: this.part('wave'), peaks: [peaks], duration: song.duration, height: 96, interact: false, ...waveLook(this),
        });
        this.dataset.state = 'drawn';
    }

    #grasp(event) {
        if (event.button !== 0) return;
        this.setPointerCapture(event.pointerId);
        const { from, to } = this.#range;
        const near = (edge / this.getBoundingClientRect().width) * this.#song.duration;
        const at = this.#time(event);
        this.#anchor = Math.abs(at - from) < near ? to : Math.abs(at - to) < near ? from : at;
        event.preventDefault();
    }

    #drag(event) {
        if (this.#anchor === null) return;
        const at = this.#time(event);
        this.mark({ from: Math.min(this.#anchor, at), to: Math.max(this.#anchor, at) });
        this.dispatchEvent(new CustomEvent('range', { detail: this.#range }));
    }

    #time(event) {
        const { left, width } = this.getBoundingClientRect();
        const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
        return Math.floor(share * this.#song.duration * 10) / 10;
    }
}

customElements.define('range-waveform', RangeWaveform);
