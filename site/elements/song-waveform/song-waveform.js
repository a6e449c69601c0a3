import { StudioElement } from '../../lib/element.js';
import { html, render } from '../../lib/html.js';
import { waveLook, waveSurfer } from '../../lib/waveform.js';
import { studio } from '../../models/studio.js';

// The waveform of a song with its section borders; a press plays from there. It shows, it does not sound: the player does.
// Hidden from screen readers, which have the player's slider and the section buttons for the same purpose.
//
//     waveform.song = song     waveform.height = 72

export class SongWaveform extends StudioElement {
    #song = null;
    #surfer = null;
    #height = 44;
    #seen = false;

    set song(song) {
        const other = song?.id !== this.#song?.id;
        this.#song = song;
        if (this.#seen && other) this.#draw();
    }

    set height(height) {
        this.#height = height;
        this.#surfer?.setOptions({ height });
    }

    connect() {
        this.setAttribute('aria-hidden', 'true');
        render(this, html`<div class="wave" data-part="wave"></div><div class="wave-marks" data-part="marks"></div>`);
        // Fifty waveforms are drawn when they come into sight, not when the page opens.
        const observer = new IntersectionObserver(([entry]) => {
            if (!entry.isIntersecting || this.#seen) return;
            this.#seen = true;
            observer.disconnect();
            this.#draw();
        }, { rootMargin: '200px' });
        observer.observe(this);
        this.life.addEventListener('abort', () => {
            observer.disconnect();
            this.#surfer?.destroy();
            this.#surfer = null;
            this.#seen = false;
        });
        this.listen(studio.player, 'time change', () => this.#showTime());
        this.listen(studio.theme, 'change', () => this.#surfer?.setOptions(waveLook(this)));
        this.listen(studio.connection, 'restored', () => this.#seen && !this.#surfer && this.#draw());
    }

    async #draw() {
        const song = this.#song;
        if (!song) return;
        let peaks;
        let WaveSurfer;
        try {
            [WaveSurfer, peaks] = await Promise.all([waveSurfer(), studio.songs.peaks(song.id)]);
        } catch {
            // No peaks yet: the song plays all the same, and the next arrival tries again.
            this.dataset.state = 'failed';
            return;
        }
        if (!this.isConnected || song.id !== this.#song?.id || !WaveSurfer) return;
        this.#surfer?.destroy();
        this.#surfer = WaveSurfer.create({
            container: this.part('wave'), peaks: [peaks], duration: song.duration, height: this.#height, ...waveLook(this),
        });
        this.#surfer.on('click', (share) => studio.player.play(this.#song, share * this.#song.duration));
        this.dataset.state = 'drawn';
        const inner = (song.plan?.sections ?? []).filter(({ start }) => start > 0);
        render(this.part('marks'), inner.map(({ start }) => html`<i style="left:${((start / song.duration) * 100).toFixed(2)}%"></i>`));
        this.#showTime();
    }

    #showTime() {
        if (!this.#surfer) return;
        const { player } = studio;
        const at = player.isCurrent(this.#song) ? player.position : 0;
        if (Math.abs(this.#surfer.getCurrentTime() - at) > 0.01) this.#surfer.setTime(at);
    }
}

customElements.define('song-waveform', SongWaveform);
