import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';

// Messages that pass by, read out politely.
//
//     <toast-stack role="status" aria-live="polite"></toast-stack>

export class ToastStack extends StudioElement {
    connect() {
        this.listen(studio.toasts, 'change', () => this.#show());
        this.listen(this, 'click', (event) => {
            const button = event.target.closest('button');
            if (!button) return;
            const toast = studio.toasts.list.find((each) => each.id === Number(button.closest('[data-id]').dataset.id));
            if (!toast) return;
            studio.toasts.dismiss(toast.id);
            if (button.dataset.act === 'run') toast.action.run();
        });
    }

    // Toasts already shown stay untouched, so that only the new one is read out.
    #show() {
        const { list } = studio.toasts;
        for (const shown of this.querySelectorAll('[data-id]')) {
            if (!list.some((toast) => toast.id === Number(shown.dataset.id))) shown.remove();
        }
        for (const toast of list) {
            if (this.querySelector(`[data-id="${toast.id}"]`)) continue;
            const shown = document.createElement('div');
            shown.className = 'toast';
            shown.dataset.id = toast.id;
            shown.dataset.tone = toast.tone;
            render(shown, html`
                ${icon({ good: 'check', bad: 'triangle-alert', info: 'music' }[toast.tone])}
                <p>${toast.text}</p>
                ${toast.action ? html`<button class="button small" type="button" data-act="run">${toast.action.label}</button>` : ''}
                <button class="button quiet square small" type="button" data-act="dismiss" aria-label="Dismiss">${icon('x')}</button>`);
            this.append(shown);
        }
    }
}

customElements.define('toast-stack', ToastStack);
