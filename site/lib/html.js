// The only way text becomes markup: html`<p>${text}</p>` escapes every value; markup made by html passes through; lists are joined.

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

class Markup {
    constructor(text) {
        this.text = text;
    }

    toString() {
        return this.text;
    }
}

export function html(parts, ...values) {
    return new Markup(parts.reduce((text, part, index) => text + escaped(values[index - 1]) + part));
}

/** Fills `element` with markup made by `html`; anything else is taken as plain text. */
export function render(element, content) {
    element.innerHTML = escaped(content);
}

/** An icon out of the vendored sprite. It is decoration: the button that holds it carries the name. */
export function icon(name) {
    return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="/vendor/icons/sprite.svg#${name}"></use></svg>`;
}

function escaped(value) {
    if (value instanceof Markup) return value.text;
    if (Array.isArray(value)) return value.map(escaped).join('');
    if (value === null || value === undefined || value === false) return '';
    return String(value).replace(/[&<>"']/g, (character) => escapes[character]);
}
