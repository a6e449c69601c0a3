import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { placeBelow } from '../../lib/menu-position.js';

// A button with a menu, after the "menu button" pattern of the ARIA practices guide: arrows move, letters jump, Escape closes.
//
//     menu.setUp({ label: 'Download', icon: 'download', items: () => [
//         { label: 'WAV', note: 'lossless', icon: 'music', run() { … } }, { divider: true }, { label: 'Delete', tone: 'bad', run() { … } }] })

let count = 0;

export class DropMenu extends StudioElement {
    #items = () => [];
    #shown = [];
    #letters = '';
    #lettersAt = 0;

    setUp({ label, icon: picture, items }) {
        this.#items = items;
        const id = `menu-${(count += 1)}`;
        render(this, html`
            <button class="button quiet square" type="button" aria-haspopup="menu" aria-expanded="false" aria-controls="${id}"
                aria-label="${label}" title="${label}" data-part="button">${icon(picture)}</button>
            <div class="menu" id="${id}" role="menu" aria-label="${label}" popover="auto" data-part="menu"></div>`);
        this.#listen();
    }

    rename(label) {
        this.part('button').setAttribute('aria-label', label);
        this.part('menu').setAttribute('aria-label', label);
    }

    #listen() {
        const button = this.part('button');
        const menu = this.part('menu');
        // A popover closes itself on the press that reaches this button: remember that it was open.
        let wasOpen = false;
        this.listen(button, 'pointerdown', () => { wasOpen = menu.matches(':popover-open'); });
        this.listen(button, 'click', () => {
            if (!wasOpen) this.#open(0);
            wasOpen = false;
        });
        this.listen(button, 'keydown', (event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
            event.preventDefault();
            this.#open(event.key === 'ArrowDown' ? 0 : -1);
        });
        this.listen(menu, 'toggle', ({ newState }) => button.setAttribute('aria-expanded', String(newState === 'open')));
        this.listen(menu, 'keydown', (event) => this.#key(event));
        this.listen(menu, 'click', (event) => {
            const item = event.target.closest('[role=menuitem]');
            if (!item) return;
            menu.hidePopover();
            button.focus();
            this.#shown[Number(item.dataset.index)].run();
        });
        this.listen(window, 'scroll resize', () => menu.matches(':popover-open') && placeBelow(menu, button), { passive: true });
    }

    #open(index) {
        const menu = this.part('menu');
        this.#shown = this.#items();
        render(menu, this.#shown.map((item, at) => item.divider
            ? html`<div role="separator"></div>`
            : html`<button type="button" role="menuitem" tabindex="-1" data-index="${at}" data-tone="${item.tone ?? 'plain'}">
                ${icon(item.icon)}<span>${item.label}</span>${item.note ? html`<small>${item.note}</small>` : ''}</button>`));
        menu.showPopover();
        placeBelow(menu, this.part('button'));
        this.#entries.at(index)?.focus();
    }

    get #entries() {
        return [...this.part('menu').querySelectorAll('[role=menuitem]')];
    }

    #key(event) {
        const entries = this.#entries;
        const at = entries.indexOf(document.activeElement);
        const to = {
            ArrowDown: () => entries[(at + 1) % entries.length],
            ArrowUp: () => entries.at(at - 1),
            Home: () => entries[0],
            End: () => entries.at(-1),
        }[event.key];
        if (to) {
            event.preventDefault();
            to().focus();
        } else if (event.key === 'Tab') {
            this.part('menu').hidePopover();
        } else if (event.key.length === 1 && event.key !== ' ') {
            event.preventDefault();
            this.#letters = Date.now() - this.#lettersAt < 700 ? this.#letters + event.key.toLowerCase() : event.key.toLowerCase();
            this.#lettersAt = Date.now();
            entries.find((entry) => entry.textContent.trim().toLowerCase().startsWith(this.#letters))?.focus();
        }
    }
}

customElements.define('drop-menu', DropMenu);
