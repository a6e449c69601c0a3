// What sounds. One audio element, handed in; songs follow each other in the order of the list. What is no song of the person's
// brings its own `source`, an address that holds for good.
// Emits `change` (song, playing, waiting, volume), `time` (position), `failed` (with an Error as detail).

const place = 'continuo.volume';

export class Player extends EventTarget {
    song = null;
    #audio;
    #songs;
    #storage;
    #wanted = false;
    #startAt = 0;
    #renewed = false;

    constructor({ audio, songs, storage }) {
        super();
        this.#audio = audio;
        this.#songs = songs;
        this.#storage = storage;
        const volume = Number.parseFloat(storage.getItem(place) ?? '0.9');
        audio.volume = volume >= 0 && volume <= 1 ? volume : 0.9;
        const change = () => this.#changed();
        for (const type of ['play', 'pause', 'playing', 'waiting', 'volumechange']) audio.addEventListener(type, change);
        for (const type of ['timeupdate', 'seeked', 'durationchange']) {
            audio.addEventListener(type, () => this.dispatchEvent(new Event('time')));
        }
        audio.addEventListener('loadedmetadata', () => this.#arrived());
        audio.addEventListener('ended', () => this.#ended());
        audio.addEventListener('error', () => this.#failed());
        songs.addEventListener('removed', ({ detail }) => detail.id === this.song?.id && this.stop());
        songs.addEventListener('change', () => this.#follow());
    }

    get playing() {
        return !this.#audio.paused && !this.#audio.ended;
    }

    /** The person wants sound, and it has not come yet. */
    get waiting() {
        return this.#wanted && this.song !== null && this.#audio.readyState < 3 && !this.#audio.error;
    }

    get position() {
        return this.#audio.readyState > 0 ? this.#audio.currentTime : this.#startAt;
    }

    get duration() {
        return Number.isFinite(this.#audio.duration) && this.#audio.duration > 0 ? this.#audio.duration : (this.song?.duration ?? 0);
    }

    get volume() {
        return this.#audio.volume;
    }

    set volume(value) {
        this.#audio.volume = Math.min(1, Math.max(0, value));
        this.#audio.muted = false;
        this.#storage.setItem(place, String(this.#audio.volume));
    }

    get muted() {
        return this.#audio.muted || this.#audio.volume === 0;
    }

    isCurrent(song) {
        return this.song !== null && this.song.id === song?.id;
    }

    /** Plays `song`, from `at` seconds when given; false when the browser wants a click first. */
    async play(song = this.song, at = null) {
        if (!song) return false;
        this.#wanted = true;
        if (!this.isCurrent(song)) {
            this.#renewed = false;
            await this.#open(song, at ?? 0);
        } else if (at !== null) {
            this.seek(at);
        }
        return this.#start();
    }

    pause() {
        this.#wanted = false;
        this.#audio.pause();
    }

    toggle(song = this.song) {
        if (this.isCurrent(song) && this.playing) this.pause();
        else this.play(song ?? this.#songs.list[0]);
    }

    stop() {
        this.#wanted = false;
        this.song = null;
        this.#audio.pause();
        this.#audio.removeAttribute('src');
        this.#audio.load();
        this.#changed();
    }

    seek(seconds) {
        if (!this.song) return;
        const to = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.05));
        if (this.#audio.readyState > 0) this.#audio.currentTime = to;
        else this.#startAt = to;
        this.dispatchEvent(new Event('time'));
    }

    /** The neighbour in the list: +1 is the one below. */
    neighbour(step) {
        const index = this.#songs.list.findIndex((song) => song.id === this.song?.id);
        return index < 0 ? null : (this.#songs.list[index + step] ?? null);
    }

    next() {
        const song = this.neighbour(1);
        if (song) this.play(song);
    }

    /** To the start of the song, or, close to it, to the song before. */
    previous() {
        const song = this.neighbour(-1);
        if (this.position > 3 || !song) this.seek(0);
        else this.play(song);
    }

    toggleMute() {
        if (this.#audio.volume === 0) this.volume = 0.9;
        else this.#audio.muted = !this.#audio.muted;
    }

    // Private

    async #open(song, at) {
        this.song = song;
        this.#startAt = at;
        const address = song.source ?? (await this.#songs.link(song.id, 'audio'));
        // A newer wish may have come while the link was asked for.
        if (this.isCurrent(song)) this.#audio.src = address;
        this.#changed();
    }

    async #start() {
        try {
            await this.#audio.play();
            return true;
        } catch (error) {
            if (error.name === 'NotAllowedError') {
                this.#wanted = false;
                this.#changed();
                return false;
            }
            // A newer wish interrupted this one, or the error event has the story.
            return this.playing;
        }
    }

    #arrived() {
        if (this.#startAt > 0) this.#audio.currentTime = this.#startAt;
        this.#startAt = 0;
        this.dispatchEvent(new Event('time'));
    }

    #ended() {
        const song = this.neighbour(1);
        if (song) return this.play(song);
        this.#wanted = false;
        this.#changed();
    }

    // Links hold for a while only: the first failure asks for a fresh one and goes on where it stopped.
    async #failed() {
        if (!this.song || !this.#audio.getAttribute('src')) return;
        const { song, position } = this;
        try {
            if (this.#renewed || song.source) throw new Error(`“${song.title}” cannot be played.`);
            this.#renewed = true;
            const fresh = await this.#songs.load(song.id);
            if (!this.isCurrent(song)) return;
            await this.#open(fresh, position);
            if (this.#wanted) await this.#start();
        } catch (error) {
            this.#wanted = false;
            this.#changed();
            this.dispatchEvent(new CustomEvent('failed', { detail: error }));
        }
    }

    // The list may hold a newer version of the song: another title, fresh links.
    #follow() {
        const known = this.song && this.#songs.find(this.song.id);
        if (!known || known === this.song) return;
        this.song = known;
        this.#changed();
    }

    #changed() {
        this.dispatchEvent(new Event('change'));
    }
}
