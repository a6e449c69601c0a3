// The page: brings the elements in, shows the room the address names, answers the keyboard, and loads what there is.

import './elements/account-corner/account-corner.js';
import './elements/account-dialog/account-dialog.js';
import './elements/confirm-dialog/confirm-dialog.js';
import './elements/connection-banner/connection-banner.js';
import './elements/drop-menu/drop-menu.js';
import './elements/job-list/job-list.js';
import './elements/player-bar/player-bar.js';
import './elements/prompt-composer/prompt-composer.js';
import './elements/room-page/room-page.js';
import './elements/shortcuts-dialog/shortcuts-dialog.js';
import './elements/song-list/song-list.js';
import './elements/styles-page/styles-page.js';
import './elements/theme-toggle/theme-toggle.js';
import './elements/toast-stack/toast-stack.js';
import './elements/work-dialog/work-dialog.js';
import { currentRoom, inRoom, roomAround, rooms } from './lib/rooms.js';
import { refresh, studio } from './models/studio.js';

const { connection, player, session, songs } = studio;

// Rooms

const built = { studio: '#studio', styles: 'styles-page' };

function showRoom() {
    const room = currentRoom();
    for (const [name, place] of Object.entries(built)) document.querySelector(place).hidden = name !== room;
    const page = document.querySelector('room-page');
    page.hidden = Object.hasOwn(built, room);
    if (!page.hidden) page.show(room);
    if (room === 'styles') studio.styles.load();
    document.querySelector('.tabs').hidden = roomAround(room) !== 'studio';
    for (const link of document.querySelectorAll('[data-room]')) {
        if (link.dataset.room === room) link.setAttribute('aria-current', 'page');
        else if (link.dataset.room === roomAround(room)) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
    }
    showTitle();
}

function showTitle() {
    document.title = `${player.song && player.playing ? player.song.title : rooms[currentRoom()]} · Continuo`;
}

window.addEventListener('hashchange', () => {
    showRoom();
    document.querySelector('#main').focus({ preventScroll: true });
    scrollTo(0, 0);
});
// The address names the room: a link to a place in the page would change it.
document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault();
    document.querySelector('#main').focus();
});
player.addEventListener('change', () => {
    showTitle();
    document.documentElement.classList.toggle('has-player', player.song !== null);
});

// Keyboard

const keys = {
    ' ': () => player.toggle(),
    k: () => player.toggle(),
    ArrowLeft: (event) => (event.shiftKey ? player.previous() : player.seek(player.position - 5)),
    ArrowRight: (event) => (event.shiftKey ? player.next() : player.seek(player.position + 5)),
    ArrowUp: (event) => event.shiftKey && (player.volume += 0.05),
    ArrowDown: (event) => event.shiftKey && (player.volume -= 0.05),
    m: () => player.toggleMute(),
    '/': () => inRoom('studio', () => document.querySelector('prompt-composer').focusPrompt()),
    '?': () => document.querySelector('shortcuts-dialog').open(),
};
// Space presses a button and arrows move a slider or a menu: those keep their own keys.
const taken = {
    ' ': 'button, a, summary, [role=menuitem], input, textarea, select',
    arrows: 'input, textarea, select, [role=menu] *, [role=slider]',
    letters: 'input:not([type=range]), textarea, select',
};

document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const act = keys[event.key];
    if (!act) return;
    const kind = event.key === ' ' ? taken[' '] : event.key.startsWith('Arrow') ? taken.arrows : taken.letters;
    if (event.target.closest?.(kind)) return;
    if (event.key.startsWith('Arrow') && (!player.song || (/Up|Down/.test(event.key) && !event.shiftKey))) return;
    event.preventDefault();
    act(event);
});
document.querySelector('#open-shortcuts').addEventListener('click', keys['?']);

// What the browser tells

window.addEventListener('storage', ({ key }) => session.changedElsewhere(key));
window.addEventListener('offline', () => connection.lost());
window.addEventListener('online', () => connection.tryNow());
document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    connection.tryNow();
    if (connection.state === 'online') refresh();
});
setInterval(() => document.hidden || connection.check(), 8000);

// Keys on headphones and keyboards, and the system's own player

if ('mediaSession' in navigator) {
    const { mediaSession } = navigator;
    mediaSession.setActionHandler('play', () => player.play());
    mediaSession.setActionHandler('pause', () => player.pause());
    mediaSession.setActionHandler('nexttrack', () => player.next());
    mediaSession.setActionHandler('previoustrack', () => player.previous());
    mediaSession.setActionHandler('seekto', ({ seekTime }) => player.seek(seekTime));
    player.addEventListener('change', () => {
        const { song } = player;
        mediaSession.metadata = song ? new MediaMetadata({ title: song.title, artist: 'Continuo' }) : null;
        mediaSession.playbackState = player.playing ? 'playing' : 'paused';
    });
}

// Beginning

showRoom();
studio.config().catch(() => connection.lost());
refresh();
songs.addEventListener('change', () => document.documentElement.classList.toggle('has-songs', songs.list.length > 0));
