import { StudioElement } from '../../lib/element.js';
import { html, icon, render } from '../../lib/html.js';

// A room that is not built yet: what it will be for, and plainly that it is not there.
//
//     <room-page hidden></room-page>     roomPage.show('producer')

const rooms = {
    producer: {
        name: 'Producer', icon: 'layers', lead: 'Your Live sets, understood.',
        points: ['Upload Ableton projects and see their tracks, devices and timeline', 'Keep an artist profile that songs can be made from',
            'Curate training pairs and export data sets'],
    },
    soundscapes: {
        name: 'Soundscapes', icon: 'waves', lead: 'Ambient sound that a room agrees on.',
        points: ['Vote on sounds and layer them in a 16-channel mix', 'Listen together: the room’s average taste picks what plays'],
    },
    player: {
        name: 'Player', icon: 'radio', lead: 'A radio that never ends and learns what you like.',
        points: ['Import your listening history', 'Follow bands, keep a library and playlists', 'Vote, and hear the next song change'],
    },
};

export class RoomPage extends StudioElement {
    show(name) {
        const room = rooms[name];
        render(this, html`
            <section class="room" aria-labelledby="room-heading">
                <div class="room-mark">${icon(room.icon)}</div>
                <p class="eyebrow">Not built yet</p>
                <h1 id="room-heading">${room.name}</h1>
                <p class="lead">${room.lead}</p>
                <h2>What it will do</h2>
                <ul>${room.points.map((point) => html`<li>${point}</li>`)}</ul>
                <a class="button" href="#/studio">Back to the Studio</a>
            </section>`);
    }
}

customElements.define('room-page', RoomPage);
