import { studio } from '../../models/studio.js';
import { workOn } from '../work-dialog/works.js';

// What a person can do with a song, as menu items.

export function downloads(song) {
    const audio = (format, label, note) => ({ label, note, icon: 'music', run: () => download(song, 'audio', { format, download: 1 }) });
    return [
        audio('wav', 'WAV', 'lossless'),
        audio('flac', 'FLAC', 'lossless, half the size'),
        audio('mp3', 'MP3', 'plays everywhere'),
        audio('opus', 'Opus', 'smallest'),
        { divider: true },
        { label: 'Ableton Live set', note: 'every part as clips', icon: 'sliders-horizontal', run: () => download(song, 'als') },
        { label: 'Lead sheet', note: 'tune and chords', icon: 'file-music', run: () => download(song, 'musicxml') },
        ...(song.lyrics ? [{ label: 'Timed lyrics', note: 'LRC', icon: 'list-music', run: () => download(song, 'lrc') }] : []),
        { label: 'MIDI', note: 'every part as notes', icon: 'file-headphone', run: () => download(song, 'midi', { download: 1 }) },
        { label: 'Stems', note: 'every part as sound, zip', icon: 'layers', run: () => download(song, 'stems', { download: 1 }) },
    ];
}

export function songActions(song, { rename }) {
    return [
        { label: 'Rename', icon: 'pencil', run: rename },
        song.is_public
            ? { label: 'Make private', icon: 'lock', run: () => share(song, false) }
            : { label: 'Make public', icon: 'globe', run: () => share(song, true) },
        { label: 'Same song again', note: 'same seed', icon: 'repeat', run: () => again(song) },
        { divider: true },
        { label: 'More like this', icon: 'sparkles', run: () => similar(song) },
        { label: 'Variations…', icon: 'dices', run: () => work('variations', song) },
        { label: 'Extend…', icon: 'unfold-horizontal', run: () => work('extend', song) },
        { label: 'Repaint a part…', icon: 'brush', run: () => work('repaint', song) },
        { label: 'Remix…', icon: 'shuffle', run: () => work('remix', song) },
        { divider: true },
        { label: 'Delete', icon: 'trash-2', tone: 'bad', run: () => remove(song) },
    ];
}

// Asks for the song first: a menu may stand open for longer than its links hold.
async function download(song, kind, parameters = {}) {
    const { songs, toasts } = studio;
    try {
        await songs.load(song.id);
        const link = document.createElement('a');
        link.href = await songs.link(song.id, kind, parameters);
        // The server's own file name goes before this one, where it sends one.
        link.download = `${song.title}.${kind}`;
        link.click();
        toasts.show(`Downloading “${song.title}”.`);
    } catch (error) {
        toasts.fail(error);
    }
}

async function similar(song) {
    const { jobs, toasts } = studio;
    try {
        await jobs.create(workOn(song, 'similar'));
        toasts.show(`Another like “${song.title}” is in the making.`);
    } catch (error) {
        toasts.fail(error);
    }
}

function work(name, song) {
    document.querySelector('work-dialog').open(name, song);
}

async function share(song, isPublic) {
    const { songs, toasts } = studio;
    try {
        await songs.change(song.id, { is_public: isPublic });
        toasts.show(isPublic ? `“${song.title}” is public: everyone on this server can hear it.` : `“${song.title}” is yours alone again.`, { tone: 'good' });
    } catch (error) {
        toasts.fail(error);
    }
}

function again(song) {
    const { prompt, seed, duration, bpm, key, time_signature, lyrics, title } = song;
    document.querySelector('prompt-composer').fill({ prompt, seed, duration, bpm, key, time_signature, lyrics: lyrics ?? '', title });
}

async function remove(song) {
    const { songs, toasts } = studio;
    const agreed = await document.querySelector('confirm-dialog').ask({
        title: `Delete “${song.title}”?`,
        text: 'The song, its stems and every file made of it go for good. There is no way back.',
        action: 'Delete',
    });
    if (!agreed) return;
    try {
        await songs.remove(song.id);
        toasts.show(`“${song.title}” is deleted.`);
    } catch (error) {
        toasts.fail(error);
    }
}
