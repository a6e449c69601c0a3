import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';
import { refresh, studio } from '../../models/studio.js';

// Sign up or sign in. An anonymous person who signs up keeps their songs.
//
//     document.querySelector('account-dialog').open()

export class AccountDialog extends StudioElement {
    #mode = 'up';

    open() {
        this.#mode = studio.session.user?.is_anonymous && studio.songs.list.length === 0 ? 'in' : 'up';
        this.#show();
        this.querySelector('dialog').showModal();
    }

    #show() {
        const up = this.#mode === 'up';
        const keeps = up && studio.session.user;
        const others = !up && studio.songs.list.length > 0;
        const wasOpen = this.querySelector('dialog')?.open;
        render(this, html`
            <dialog class="dialog small" aria-labelledby="account-title">
                <form novalidate>
                    <div class="dialog-head">
                        <h2 id="account-title">${up ? 'Keep your songs' : 'Sign in'}</h2>
                        <button class="button quiet square" type="button" data-act="close" aria-label="Close">${icon('x')}</button>
                    </div>
                    <p>${keeps ? 'With an e-mail address and a password you find everything you made here again, on any device.'
                        : up ? 'Make an account on this server.' : 'Welcome back.'}</p>
                    ${others ? html`<p class="note">${icon('triangle-alert')}The songs made here without an account stay with the anonymous session that this
                        browser then forgets. To keep them, sign up instead.</p>` : ''}
                    <div class="field"><label for="account-email">E-mail</label>
                        <input id="account-email" name="email" type="email" autocomplete="email" autofocus></div>
                    <div class="field"><label for="account-password">Password</label>
                        <input id="account-password" name="password" type="password" autocomplete="${up ? 'new-password' : 'current-password'}">
                        ${up ? html`<p class="field-hint">At least 8 characters.</p>` : ''}</div>
                    <p class="field-error" role="alert" data-part="error"></p>
                    <div class="dialog-actions">
                        <button class="button link" type="button" data-act="switch">${up ? 'I have an account' : 'Make an account'}</button>
                        <button class="button primary" type="submit" data-part="submit">${up ? 'Sign up' : 'Sign in'}</button>
                    </div>
                </form>
            </dialog>`);
        const dialog = this.querySelector('dialog');
        if (wasOpen) dialog.showModal();
        dialog.querySelector('form').addEventListener('submit', (event) => {
            event.preventDefault();
            this.#submit(new FormData(event.target));
        });
        dialog.querySelector('[data-act=close]').addEventListener('click', () => dialog.close());
        dialog.querySelector('[data-act=switch]').addEventListener('click', () => {
            this.#mode = up ? 'in' : 'up';
            this.#show();
        });
    }

    async #submit(form) {
        const email = form.get('email').trim();
        const password = form.get('password');
        if (!email.includes('@')) return this.#complain('Write your e-mail address.', 'email');
        if (this.#mode === 'up' && password.length < 8) return this.#complain('The password needs at least 8 characters.', 'password');
        const { session, toasts } = studio;
        this.part('submit').disabled = true;
        try {
            if (this.#mode === 'in') await session.signIn(email, password);
            else if (session.user) await session.keep(email, password);
            else if (!(await session.signUp(email, password))) toasts.show('Look into your mailbox: the address has to be confirmed.');
            this.querySelector('dialog').close();
            if (session.user?.email) toasts.show(`Signed in as ${session.user.email}.`, { tone: 'good' });
            refresh();
        } catch (error) {
            this.#complain(error.status === 404 || error.status === 405
                ? 'This server cannot yet turn an anonymous session into an account.' : error.message, 'email');
        } finally {
            this.part('submit').disabled = false;
        }
    }

    #complain(text, field) {
        this.part('error').textContent = text;
        this.querySelector(`[name=${field}]`).focus();
    }
}

customElements.define('account-dialog', AccountDialog);
