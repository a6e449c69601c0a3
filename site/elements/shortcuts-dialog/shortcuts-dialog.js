import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';

// The keys of the page, one line each.
//
//     document.querySelector('shortcuts-dialog').open()

const shortcuts = [
    ['Write a prompt', ['/']],
    ['Create the song', ['Enter']],
    ['New line in the prompt', ['Shift', 'Enter']],
    ['Leave the prompt', ['Esc']],
    ['Play or pause', ['Space']],
    ['Back or forward 5 seconds', ['←', '→']],
    ['Song before or after', ['Shift', '←', '→']],
    ['Louder or quieter', ['Shift', '↑', '↓']],
    ['Mute', ['M']],
    ['This list', ['?']],
];

export class ShortcutsDialog extends StudioElement {
    connect() {
        render(this, html`
            <dialog class="dialog" aria-labelledby="shortcuts-title">
                <form method="dialog" class="dialog-head">
                    <h2 id="shortcuts-title">Keyboard shortcuts</h2>
                    <button class="button quiet square" aria-label="Close">${icon('x')}</button>
                </form>
                <dl class="shortcuts">${shortcuts.map(([what, keys]) => html`
                    <div><dt>${what}</dt><dd>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dd></div>`)}
                </dl>
            </dialog>`);
    }

    open() {
        this.querySelector('dialog').showModal();
    }
}

customElements.define('shortcuts-dialog', ShortcutsDialog);
