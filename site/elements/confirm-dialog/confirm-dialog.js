import { StudioElement } from '../../lib/element.js';
import { html, render } from '../../lib/html.js';

// Asks before something that cannot be undone.
//
//     if (await document.querySelector('confirm-dialog').ask({ title: 'Delete “Dawn”?', text: '…', action: 'Delete' })) …

export class ConfirmDialog extends StudioElement {
    /** Resolves to whether the person agreed. */
    ask({ title, text, action }) {
        render(this, html`
            <dialog class="dialog small" aria-labelledby="confirm-title" aria-describedby="confirm-text">
                <form method="dialog">
                    <h2 id="confirm-title">${title}</h2>
                    <p id="confirm-text">${text}</p>
                    <div class="dialog-actions">
                        <button class="button" value="no" autofocus>Keep it</button>
                        <button class="button bad" value="yes">${action}</button>
                    </div>
                </form>
            </dialog>`);
        const dialog = this.querySelector('dialog');
        dialog.showModal();
        return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
    }
}

customElements.define('confirm-dialog', ConfirmDialog);
