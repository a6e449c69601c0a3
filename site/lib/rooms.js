// The address names the room: "#/producer".

export const rooms = { studio: 'Studio', producer: 'Producer', soundscapes: 'Soundscapes', player: 'Player' };

export function currentRoom() {
    const wanted = location.hash.replace(/^#\/?/, '');
    return Object.hasOwn(rooms, wanted) ? wanted : 'studio';
}

/** Calls `then` in the Studio, going there first from another room: going there moves the focus, and `then` may move it on. */
export function inStudio(then) {
    if (currentRoom() === 'studio') return then();
    addEventListener('hashchange', then, { once: true });
    location.hash = '#/studio';
}
