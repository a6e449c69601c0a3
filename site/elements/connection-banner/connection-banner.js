import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { studio } from '../../models/studio.js';

// Says that the server does not answer, and that the page keeps trying.
//
//     <connection-banner></connection-banner>

const texts = {
    away: ['The server does not answer.', 'Your songs are safe on it. This page goes on by itself as soon as it is back.'],
    offline: ['This device is offline.', 'The page goes on by itself when the network is back.'],
};

export class ConnectionBanner extends StudioElement {
    connect() {
        this.setAttribute('role', 'alert');
        this.#show();
        this.listen(studio.connection, 'change', () => this.#show());
        this.listen(this, 'click', (event) => event.target.closest('button') && studio.connection.tryNow());
    }

    #show() {
        const text = texts[studio.connection.state];
        this.hidden = !text;
        render(this, text && html`
            ${icon('cloud-off')}<p><strong>${text[0]}</strong> ${text[1]}</p>
            <button class="button small" type="button">Try now</button>`);
    }
}

customElements.define('connection-banner', ConnectionBanner);
