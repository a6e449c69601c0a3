// The address names the room: "#/producer". Styles is a page of the Studio.

export const rooms = { studio: 'Studio', styles: 'Styles', producer: 'Producer', soundscapes: 'Soundscapes', player: 'Player' };

/** The room that `room` belongs to. */
export function roomAround(room) {
    return room === 'styles' ? 'studio' : room;
}

export function currentRoom() {
    const wanted = location.hash.replace(/^#\/?/, '');
    return Object.hasOwn(rooms, wanted) ? wanted : 'studio';
}

/** Calls `then` in `room`, going there first from another: going there moves the focus, and `then` may move it on. */
export function inRoom(room, then) {
    if (currentRoom() === room) return then();
    addEventListener('hashchange', then, { once: true });
    location.hash = `#/${room}`;
}
