// What every element of the page shares: a life that ends when it leaves the page.

export class StudioElement extends HTMLElement {
    #life = null;

    connectedCallback() {
        this.#life = new AbortController();
        this.connect();
    }

    disconnectedCallback() {
        this.#life?.abort();
        this.#life = null;
    }

    /** Called on arrival in the page: render, then listen. */
    connect() {}

    /** Ends when the element leaves the page; hand it to everything that outlives a call. */
    get life() {
        return this.#life?.signal ?? AbortSignal.abort();
    }

    listen(target, types, handler, options = {}) {
        for (const type of types.split(' ')) target.addEventListener(type, handler, { ...options, signal: this.life });
    }

    /** The element inside with this `data-part`; parts of custom elements further in are theirs alone. */
    part(name) {
        return [...this.querySelectorAll(`[data-part="${name}"]`)].find((found) => ownerOf(found) === this) ?? null;
    }
}

function ownerOf(part) {
    let owner = part.parentElement;
    while (owner && !owner.localName.includes('-')) owner = owner.parentElement;
    return owner;
}
