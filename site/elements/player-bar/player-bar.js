import { coverURL, hue } from '../../lib/cover.js';
import { StudioElement } from '../../lib/element.js';
import { clock, sentence, spokenClock } from '../../lib/format.js';
import { html, icon, render } from '../../lib/html.js';
import { inRoom } from '../../lib/rooms.js';
import { studio } from '../../models/studio.js';

// The player at the foot of the page: hidden until something has been played.
//
//     <player-bar hidden></player-bar>

export class PlayerBar extends StudioElement {
    #shown = null;
    #dragging = false;

    connect() {
        this.setAttribute('role', 'region');
        this.setAttribute('aria-label', 'Player');
        render(this, html`
            <input class="slider seek" type="range" min="0" max="1" step="any" value="0" aria-label="Position" data-part="seek">
            <div class="now">
                <img alt="" width="48" height="48" data-part="cover">
                <div class="now-text"><button class="now-title" type="button" data-act="reveal" data-part="title"></button><p data-part="section"></p></div></div>
            <div class="transport">
                <button class="button quiet square" type="button" data-act="previous" aria-label="Previous" title="Previous (Shift ←)">${icon('skip-back')}</button>
                <button class="button primary round" type="button" data-act="toggle" data-part="toggle"></button>
                <button class="button quiet square" type="button" data-act="next" aria-label="Next" title="Next (Shift →)" data-part="next">${icon('skip-forward')}</button></div>
            <div class="aside">
                <span class="times"><span data-part="position">0:00</span><span class="times-total" data-part="duration"></span></span>
                <button class="button quiet square" type="button" data-act="mute" data-part="mute"></button>
                <input class="slider volume" type="range" min="0" max="1" step="0.01" aria-label="Volume" data-part="volume"></div>`);
        const { player } = studio;
        this.#show();
        this.listen(player, 'change', () => this.#show());
        this.listen(player, 'time', () => this.#showTime());
        this.listen(this.part('seek'), 'input', (event) => {
            this.#dragging = true;
            this.#fill(event.target);
            this.part('position').textContent = clock(Number(event.target.value));
        });
        this.listen(this.part('seek'), 'change', (event) => {
            this.#dragging = false;
            player.seek(Number(event.target.value));
        });
        this.listen(this.part('seek'), 'keydown', (event) => {
            const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -15, PageUp: 15 }[event.key];
            if (!step) return;
            event.preventDefault();
            player.seek(player.position + step);
        });
        this.listen(this.part('volume'), 'input', (event) => { player.volume = Number(event.target.value); });
        this.listen(this, 'click', (event) => this.#act(event.target.closest('[data-act]')?.dataset.act));
    }

    #act(act) {
        const { player } = studio;
        if (act === 'toggle') player.toggle();
        if (act === 'next') player.next();
        if (act === 'previous') player.previous();
        if (act === 'mute') player.toggleMute();
        if (act === 'reveal') this.#reveal(player.song);
    }

    #reveal(song) {
        const { style } = song;
        if (style) return inRoom('styles', () => document.querySelector('styles-page').reveal(style));
        return inRoom('studio', () => this.#revealSong(song));
    }

    #revealSong(song) {
        const card = document.querySelector(`li[data-id="${CSS.escape(song.id)}"]`);
        card?.scrollIntoView({ block: 'center' });
        card?.querySelector('.song-title').focus({ preventScroll: true });
    }

    #show() {
        const { player } = studio;
        const { song } = player;
        this.hidden = song === null;
        if (!song) return void (this.#shown = null);
        if (this.#shown !== song) {
            this.#shown = song;
            this.part('cover').src = coverURL(song);
            this.part('title').textContent = song.title;
            this.part('title').setAttribute('aria-label', `Show ${song.title} in the list`);
            document.documentElement.style.setProperty('--tint', hue(song.key) ?? 75);
        }
        const toggle = this.part('toggle');
        const state = player.playing || player.waiting ? 'pause' : 'play';
        if (toggle.dataset.icon !== state) render(toggle, icon(state));
        toggle.dataset.icon = state;
        toggle.classList.toggle('waiting', player.waiting);
        toggle.setAttribute('aria-label', state === 'pause' ? 'Pause' : 'Play');
        this.part('next').disabled = !player.neighbour(1);
        const mute = this.part('mute');
        render(mute, icon(player.muted ? 'volume-x' : player.volume < 0.5 ? 'volume-1' : 'volume-2'));
        mute.setAttribute('aria-label', player.muted ? 'Unmute' : 'Mute');
        this.part('volume').value = player.muted ? 0 : player.volume;
        this.#fill(this.part('volume'));
        this.#showTime();
    }

    #showTime() {
        const { player } = studio;
        if (!player.song) return;
        const { duration } = player;
        this.part('duration').textContent = clock(duration);
        const section = player.song.plan?.sections?.findLast(({ start }) => start <= player.position + 0.01);
        this.part('section').textContent = [player.song.plan?.styleName, section && sentence(section.name)].filter(Boolean).join(' · ');
        if (this.#dragging) return;
        const seek = this.part('seek');
        seek.max = duration || 1;
        seek.value = player.position;
        seek.setAttribute('aria-valuetext', `${spokenClock(player.position)} of ${spokenClock(duration)}`);
        this.#fill(seek);
        this.part('position').textContent = clock(player.position);
    }

    #fill(slider) {
        slider.style.setProperty('--filled', `${((slider.value / slider.max) * 100).toFixed(2)}%`);
    }
}

customElements.define('player-bar', PlayerBar);
