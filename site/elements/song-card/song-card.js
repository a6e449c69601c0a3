import { coverURL } from '../../lib/cover.js';
import { StudioElement } from '../../lib/element.js';
import { ago, clock, sentence, spokenClock, tempo } from '../../lib/format.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';
import '../drop-menu/drop-menu.js';
import '../song-waveform/song-waveform.js';
import { downloads, songActions } from './song-actions.js';

// One song: cover, title, waveform, menus; opened, also its sections and everything needed to make it again.
//
//     card.song = song     card.open(true)

export class SongCard extends StudioElement {
    #song = null;
    #open = false;

    set song(song) {
        const before = this.#song;
        this.#song = song;
        if (!this.isConnected) return;
        if (JSON.stringify({ ...before, links: null }) !== JSON.stringify({ ...song, links: null })) this.#update();
    }

    get song() {
        return this.#song;
    }

    connect() {
        this.className = 'song';
        const { id } = this.#song;
        render(this, html`
            <button class="song-cover" type="button" data-act="play"><img alt="" width="64" height="64" src="${coverURL(this.#song)}">
                <span class="song-cover-mark" data-part="mark"></span></button>
            <div class="song-text">
                <h3 data-part="heading"><button class="song-title" type="button" data-act="open" aria-expanded="false" aria-controls="detail-${id}" data-part="title"></button></h3>
                <p class="song-meta" data-part="meta"></p></div>
            <song-waveform></song-waveform>
            <div class="song-sections" role="group" aria-label="Sections" data-part="sections"></div>
            <div class="song-actions">
                <span class="song-length" data-part="length"></span>
                <drop-menu data-part="downloads"></drop-menu><drop-menu data-part="more"></drop-menu></div>
            <div class="song-detail" id="detail-${id}" data-part="detail" hidden></div>`);
        this.part('downloads').setUp({ label: 'Download', icon: 'download', items: () => downloads(this.#song) });
        this.part('more').setUp({ label: 'More', icon: 'ellipsis', items: () => songActions(this.#song, { rename: () => this.#rename() }) });
        this.querySelector('song-waveform').song = this.#song;
        this.#update();
        this.#showPlaying();
        this.listen(studio.player, 'change', () => this.#showPlaying());
        this.listen(studio.player, 'time', () => this.#showSection());
        this.listen(this, 'click', (event) => this.#act(event.target.closest('[data-act]')));
    }

    open(open) {
        this.#open = open;
        this.classList.toggle('open', open);
        this.part('detail').hidden = !open;
        this.part('title').setAttribute('aria-expanded', String(open));
        this.querySelector('song-waveform').height = open ? 84 : 44;
    }

    // Private

    #update() {
        const song = this.#song;
        const style = song.plan?.styleName ?? sentence(song.plan?.style ?? song.engine);
        this.part('title').textContent = song.title;
        this.part('downloads').rename(`Download ${song.title}`);
        this.part('more').rename(`More about ${song.title}`);
        render(this.part('meta'), html`${song.is_public ? html`<span class="badge">${icon('globe')}Public</span>` : ''}
            <span>${style}</span>${song.key ? html`<span>${song.key}</span>` : ''}${song.bpm ? html`<span>${tempo(song.bpm)}</span>` : ''}`);
        this.part('length').textContent = clock(song.duration);
        this.#showPlaying();
        render(this.part('sections'), (song.plan?.sections ?? []).map((section, index) => html`
            <button type="button" data-act="section" data-index="${index}" style="flex-grow:${section.length};--energy:${section.energy ?? 0.5}"
                aria-label="${sentence(section.name)}, from ${spokenClock(section.start)}" title="${sentence(section.name)} · ${clock(section.start)}">
                <span>${sentence(section.name)}</span></button>`));
        render(this.part('detail'), html`
            <p class="song-prompt">${song.prompt}</p>
            <dl class="facts">
                ${fact('Seed', html`<code>${song.seed}</code>`)}${fact('Meter', song.time_signature)}
                ${fact('Engine', song.engine)}${fact('Made from', studio.songs.find(song.parent_id)?.title)}${fact('Made', html`<time datetime="${song.created_at}">${ago(song.created_at)}</time>`)}</dl>
            ${heard(song.plan)}
            ${song.lyrics ? html`<details class="lyrics"><summary>Lyrics</summary><pre>${song.lyrics}</pre></details>` : ''}
            <div class="song-again">
                <button class="button small" type="button" data-act="take">${icon('dices')}New take</button>
                <button class="button small quiet" type="button" data-act="edit">${icon('pencil')}Change the prompt</button></div>`);
    }

    #showPlaying() {
        const { player } = studio;
        const current = player.isCurrent(this.#song);
        const playing = current && player.playing;
        this.classList.toggle('current', current);
        this.classList.toggle('playing', playing);
        this.querySelector('.song-cover').setAttribute('aria-label', `${playing ? 'Pause' : 'Play'} ${this.#song.title}`);
        const mark = playing ? 'pause' : 'play';
        if (this.part('mark').dataset.icon !== mark) render(this.part('mark'), icon(mark));
        this.part('mark').dataset.icon = mark;
        this.#showSection();
    }

    #showSection() {
        const { player } = studio;
        const now = player.isCurrent(this.#song) ? player.position : -1;
        const sections = this.#song.plan?.sections ?? [];
        for (const button of this.part('sections').children) {
            const { start, length } = sections[Number(button.dataset.index)] ?? {};
            button.classList.toggle('sounding', now >= start && now < start + length);
        }
    }

    async #act(button) {
        const { player, jobs, toasts } = studio;
        const song = this.#song;
        const act = button?.dataset.act;
        if (act === 'play') player.toggle(song);
        if (act === 'open') this.open(!this.#open);
        if (act === 'section') player.play(song, song.plan.sections[Number(button.dataset.index)].start);
        if (act === 'edit') document.querySelector('prompt-composer').fill({ prompt: song.prompt, lyrics: song.lyrics ?? '' });
        if (act === 'take') {
            await jobs.create({ prompt: song.prompt, lyrics: song.lyrics || undefined, duration: song.duration }).catch((error) => toasts.fail(error));
        }
    }

    #rename() {
        const heading = this.part('heading');
        const title = this.part('title');
        const field = document.createElement('input');
        field.className = 'song-rename';
        field.value = this.#song.title;
        field.maxLength = 200;
        field.setAttribute('aria-label', 'New title');
        let over = false;
        const end = async (keep) => {
            if (over) return;
            over = true;
            const wanted = field.value.trim();
            const hadFocus = field === document.activeElement;
            field.remove();
            title.hidden = false;
            if (hadFocus) title.focus();
            if (!keep || wanted === '' || wanted === this.#song.title) return;
            await studio.songs.change(this.#song.id, { title: wanted }).catch((error) => studio.toasts.fail(error));
        };
        field.addEventListener('keydown', (event) => {
            event.stopPropagation();
            if (event.key === 'Enter') end(true);
            if (event.key === 'Escape') end(false);
        });
        field.addEventListener('blur', () => end(true));
        title.hidden = true;
        heading.append(field);
        field.focus();
        field.select();
    }
}

// "words: meaning", as the composer understood the prompt, and the words it could do nothing with.
function heard(plan) {
    const understood = (plan?.understood ?? []).map((each) => {
        const at = each.indexOf(': ');
        return at < 0 ? { words: each, meaning: '' } : { words: each.slice(0, at), meaning: each.slice(at + 2) };
    });
    const unrecognised = plan?.unrecognised ?? [];
    if (understood.length === 0 && unrecognised.length === 0 && !plan?.instruments?.length) return '';
    return html`<dl class="heard">
        ${understood.length > 0 ? html`<div><dt>Understood</dt><dd>${understood.map(({ words, meaning }) =>
            html`<span class="word">${words}${meaning ? html` <b>${meaning}</b>` : ''}</span>`)}</dd></div>` : ''}
        ${unrecognised.length > 0 ? html`<div><dt>Not understood</dt><dd>${unrecognised.map((word) => html`<span class="word unknown">${word}</span>`)}</dd></div>` : ''}
        ${plan?.instruments?.length ? html`<div><dt>Playing</dt><dd>${plan.instruments.join(', ')}</dd></div>` : ''}</dl>`;
}

function fact(name, value) {
    return value === null || value === undefined || value === '' ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

customElements.define('song-card', SongCard);
