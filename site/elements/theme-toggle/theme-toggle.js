import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';

// One button that goes round: the system's theme, light, dark.
//
//     <theme-toggle></theme-toggle>

const icons = { system: 'sun-moon', light: 'sun', dark: 'moon' };

export class ThemeToggle extends StudioElement {
    connect() {
        render(this, html`<button class="button quiet square" type="button"></button>`);
        this.#show();
        this.listen(studio.theme, 'change', () => this.#show());
        this.listen(this, 'click', () => studio.theme.advance());
    }

    #show() {
        const { choice } = studio.theme;
        const button = this.querySelector('button');
        render(button, icon(icons[choice]));
        button.setAttribute('aria-label', `Theme: ${choice}`);
        button.title = `Theme: ${choice}`;
    }
}

customElements.define('theme-toggle', ThemeToggle);
