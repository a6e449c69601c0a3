// The look: 'system', 'light' or 'dark'. theme.js in the page's head applies it before the first paint.

const place = 'continuo.theme';
const order = ['system', 'light', 'dark'];

export class Theme extends EventTarget {
    #root;
    #storage;

    constructor({ root, storage, media }) {
        super();
        this.#root = root;
        this.#storage = storage;
        media.addEventListener('change', () => this.dispatchEvent(new Event('change')));
    }

    get choice() {
        const stored = this.#storage.getItem(place);
        return order.includes(stored) ? stored : 'system';
    }

    advance() {
        const choice = order[(order.indexOf(this.choice) + 1) % order.length];
        this.#storage.setItem(place, choice);
        if (choice === 'system') delete this.#root.dataset.theme;
        else this.#root.dataset.theme = choice;
        this.dispatchEvent(new Event('change'));
    }
}
