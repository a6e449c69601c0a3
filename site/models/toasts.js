// Short messages that pass by: {id, tone: 'info'|'good'|'bad', text, action?: {label, run}}.

export class Toasts extends EventTarget {
    list = [];
    #next = 1;

    show(text, { tone = 'info', action = null, seconds = action || tone === 'bad' ? 9 : 5 } = {}) {
        const toast = { id: this.#next++, text, tone, action };
        this.list = [...this.list.slice(-2), toast];
        this.#changed();
        setTimeout(() => this.dismiss(toast.id), seconds * 1000);
        return toast.id;
    }

    fail(error) {
        if (error?.name === 'AbortError' || error?.name === 'ConnectionError') return;
        this.show([error.message, error.hint].filter(Boolean).join(' '), { tone: 'bad' });
    }

    dismiss(id) {
        const kept = this.list.filter((toast) => toast.id !== id);
        if (kept.length === this.list.length) return;
        this.list = kept;
        this.#changed();
    }

    #changed() {
        this.dispatchEvent(new Event('change'));
    }
}
