import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';
import { examples } from '../prompt-composer/examples.js';
import '../song-card/song-card.js';

// The person's songs, and what stands there while there are none.
//
//     <song-list></song-list>

export class SongList extends StudioElement {
    #fresh = null;

    connect() {
        render(this, html`
            <div class="list-head" data-part="head"><h2>Your songs</h2><p data-part="count"></p></div>
            <div data-part="state"></div>
            <ul class="songs" data-part="list"></ul>
            <button class="button more" type="button" data-act="more" data-part="more" hidden>Show more</button>`);
        this.#show();
        this.listen(studio.songs, 'change', () => this.#show());
        this.listen(studio.songs, 'arrived', ({ detail }) => this.#arrive(detail));
        this.listen(studio.jobs, 'change', () => studio.songs.list.length === 0 && this.#show());
        this.listen(this, 'click', (event) => this.#act(event.target.closest('[data-act]')));
    }

    #show() {
        const { list, state, hasMore } = studio.songs;
        const shown = state === 'loading' ? 'loading' : state === 'failed' ? 'failed'
            : list.length > 0 ? 'list' : studio.jobs.list.length > 0 ? 'first' : 'empty';
        this.part('head').hidden = shown !== 'list';
        this.part('count').textContent = `${list.length}${hasMore ? '+' : ''}`;
        this.part('count').hidden = list.length < 2;
        this.part('more').hidden = !hasMore;
        if (this.dataset.shown !== shown) render(this.part('state'), states[shown]);
        this.dataset.shown = shown;
        this.#showSongs(list);
    }

    #showSongs(list) {
        const place = this.part('list');
        const known = new Map([...place.children].map((item) => [item.dataset.id, item]));
        list.forEach((song, index) => {
            let item = known.get(song.id);
            known.delete(song.id);
            if (!item) {
                item = document.createElement('li');
                item.dataset.id = song.id;
                item.append(document.createElement('song-card'));
                item.firstChild.song = song;
            } else {
                item.firstChild.song = song;
            }
            if (place.children[index] !== item) place.insertBefore(item, place.children[index] ?? null);
        });
        for (const item of known.values()) {
            if (item.contains(document.activeElement)) this.#focusNear(item);
            item.remove();
        }
    }

    // Removing the card that holds the focus must not throw a keyboard back to the top of the page.
    #focusNear(item) {
        const neighbour = item.nextElementSibling ?? item.previousElementSibling;
        const target = neighbour?.querySelector('button') ?? document.querySelector('#main');
        target.focus();
    }

    #arrive(song) {
        const card = this.querySelector(`li[data-id="${CSS.escape(song.id)}"] song-card`);
        this.#fresh?.open(false);
        // Among several that arrive one after another, opening each would keep the page jumping.
        if (studio.jobs.list.length === 0) card?.open(true);
        this.#fresh = card;
    }

    async #act(button) {
        const act = button?.dataset.act;
        try {
            if (act === 'more') await studio.songs.more();
            if (act === 'reload') await studio.songs.refresh();
            if (act === 'first-song') {
                const composer = document.querySelector('prompt-composer');
                composer.fill({ prompt: examples[Math.floor(Math.random() * examples.length)] });
                await composer.create();
            }
        } catch (error) {
            studio.toasts.fail(error);
        }
    }
}

const states = {
    list: '',
    first: '',
    loading: html`<div class="skeletons" role="status" aria-label="Loading your songs">${[1, 2, 3].map(() => html`<div class="skeleton"></div>`)}</div>`,
    failed: html`<div class="empty">${icon('triangle-alert')}<h2>Your songs could not be loaded</h2>
        <p>They are still there. Try again in a moment.</p><button class="button" type="button" data-act="reload">Try again</button></div>`,
    empty: html`<div class="empty">
        <svg class="empty-art" viewBox="0 0 240 72" aria-hidden="true"><path d="M0 12h240M0 24h240M0 36h240M0 48h240M0 60h240" />
            <g><ellipse cx="58" cy="48" rx="7" ry="5" transform="rotate(-20 58 48)" /><path d="M64 46V14" />
            <ellipse cx="104" cy="36" rx="7" ry="5" transform="rotate(-20 104 36)" /><path d="M110 34V6" />
            <ellipse cx="150" cy="42" rx="7" ry="5" transform="rotate(-20 150 42)" /><path d="M156 40V10" />
            <ellipse class="open" cx="198" cy="30" rx="7" ry="5" transform="rotate(-20 198 30)" /></g></svg>
        <h2>An empty page, and a whole band waiting</h2>
        <p>Describe a song above, or let one be made now. It takes a few seconds, and it is yours.</p>
        <button class="button primary" type="button" data-act="first-song">${icon('play')}Make one for me</button></div>`,
};

customElements.define('song-list', SongList);
