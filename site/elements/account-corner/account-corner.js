import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { refresh, studio } from '../../models/studio.js';

// Who is here, and the way to an account.
//
//     <account-corner></account-corner>

export class AccountCorner extends StudioElement {
    connect() {
        this.#show();
        this.listen(studio.session, 'change', () => this.#show());
        this.listen(this, 'click', (event) => {
            const act = event.target.closest('[data-act]')?.dataset.act;
            if (act === 'account') document.querySelector('account-dialog').open();
            if (act === 'leave') this.#leave();
        });
    }

    #show() {
        const { user } = studio.session;
        render(this, user?.email
            ? html`<div class="account">${icon('user')}<span class="account-name" title="${user.email}">${user.email}</span>
                <button class="button quiet square small" type="button" data-act="leave" aria-label="Sign out" title="Sign out">${icon('log-out')}</button></div>`
            : html`<button class="account" type="button" data-act="account" aria-label="${user ? 'Anonymous: keep my songs' : 'Sign in'}">${icon('user')}
                <span class="account-name">${user ? html`<b>Anonymous</b><small>Keep my songs</small>` : html`<b>Sign in</b><small class="aside-note">or just begin</small>`}</span></button>`);
    }

    async #leave() {
        await studio.session.signOut();
        refresh();
    }
}

customElements.define('account-corner', AccountCorner);
