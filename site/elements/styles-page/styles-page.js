import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';
import '../style-card/style-card.js';

// All styles to listen to, and a field to find one. ↓ goes from the field into the cards, ↑ and ↓ go between their rows.
//
//     <styles-page hidden></styles-page>     page.reveal('house')

export class StylesPage extends StudioElement {
    connect() {
        render(this, html`
            <section class="styles" aria-labelledby="styles-heading">
                <div class="styles-head"><h1 id="styles-heading">Hear every style</h1>
                    <p class="lead">A sample of each, to find the one you mean. What nobody has asked for yet is made in a few seconds.</p></div>
                <div class="styles-find"><label class="hidden" for="styles-filter">Find a style</label>${icon('search')}
                    <input id="styles-filter" type="search" autocomplete="off" spellcheck="false" placeholder="Name or instrument" data-part="filter">
                    <p role="status" data-part="count"></p></div>
                <div data-part="state"></div>
                <ul class="style-grid" data-part="list"></ul>
            </section>`);
        this.#show();
        this.listen(studio.styles, 'change', ({ detail }) => detail === null && this.#show());
        this.listen(this.part('filter'), 'input', () => this.#filter());
        this.listen(this, 'click', ({ target }) => {
            if (target.closest('[data-act=reload]')) studio.styles.load();
            if (target.closest('[data-act=clear]')) this.#clear();
        });
        this.listen(this, 'keydown', (event) => this.#key(event));
    }

    /** Brings a style's card into sight, whatever the field says. */
    reveal(id) {
        const item = this.querySelector(`li[data-id="${CSS.escape(id)}"]`);
        if (item?.hidden) this.#clear();
        item?.scrollIntoView({ block: 'center' });
        item?.querySelector('[data-act=play]').focus({ preventScroll: true });
    }

    // Private

    #show() {
        const { list, state } = studio.styles;
        const place = this.part('list');
        if (place.children.length !== list.length) {
            place.replaceChildren(...list.map((style) => {
                const item = document.createElement('li');
                item.dataset.id = style.id;
                item.append(document.createElement('style-card'));
                item.firstChild.of = style.id;
                return item;
            }));
        }
        this.querySelector('.styles-find').hidden = state !== 'ready';
        if (state === 'ready') return this.#filter();
        render(this.part('state'), states[state]);
    }

    #filter() {
        const { styles } = studio;
        const text = this.part('filter').value;
        const found = new Set(styles.matching(text).map(({ id }) => id));
        for (const item of this.part('list').children) item.hidden = !found.has(item.dataset.id);
        this.part('count').textContent = found.size === styles.list.length ? `${found.size} styles` : `${found.size} of ${styles.list.length}`;
        render(this.part('state'), found.size > 0 ? '' : html`<div class="empty"><h2>No style found for “${text.trim()}”</h2>
            <p>Try another word: a genre, an instrument, a mood.</p>
            <button class="button" type="button" data-act="clear">Show all styles</button></div>`);
    }

    #clear() {
        this.part('filter').value = '';
        this.#filter();
        this.part('filter').focus();
    }

    #key(event) {
        if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
        const buttons = [...this.querySelectorAll('li:not([hidden]) [data-act=play]')];
        const at = buttons.findIndex((button) => button.closest('li').contains(event.target));
        const columns = getComputedStyle(this.part('list')).gridTemplateColumns.split(' ').length;
        const to = at < 0 ? 0 : at + (event.key === 'ArrowDown' ? columns : -columns);
        if (at < 0 && (event.key === 'ArrowUp' || event.target !== this.part('filter'))) return;
        event.preventDefault();
        if (to < 0) this.part('filter').focus();
        else buttons[to]?.focus();
    }
}

const states = {
    loading: html`<div class="style-grid" role="status" aria-label="Loading the styles">${[1, 2, 3, 4, 5, 6].map(() => html`<div class="skeleton"></div>`)}</div>`,
    failed: html`<div class="empty">${icon('triangle-alert')}<h2>The styles could not be loaded</h2>
        <p>Try again in a moment.</p><button class="button" type="button" data-act="reload">Try again</button></div>`,
};

customElements.define('styles-page', StylesPage);
