// Values as people read them. Pure functions.

/** 92.4 → "1:32"; hours appear when they are needed. */
export function clock(seconds) {
    if (!Number.isFinite(seconds) || seconds < 0) return '0:00';
    const whole = Math.floor(seconds);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    const rest = String(whole % 60).padStart(2, '0');
    return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** 92.4 → "1 minute 32 seconds", for a screen reader. */
export function spokenClock(seconds) {
    const whole = Math.max(0, Math.floor(seconds || 0));
    const minutes = Math.floor(whole / 60);
    const rest = whole % 60;
    const plural = (count, unit) => `${count} ${unit}${count === 1 ? '' : 's'}`;
    if (minutes === 0) return plural(rest, 'second');
    return rest === 0 ? plural(minutes, 'minute') : `${plural(minutes, 'minute')} ${plural(rest, 'second')}`;
}

/** A length as the controls say it: 45 → "45 s", 90 → "1½ min", 150 → "2½ min", 200 → "3:20". */
export function length(seconds) {
    if (seconds < 60) return `${seconds} s`;
    if (seconds % 60 === 0) return `${seconds / 60} min`;
    if (seconds % 30 === 0) return `${Math.floor(seconds / 60)}½ min`;
    return clock(seconds);
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "just now", "5 minutes ago", "yesterday", then a date. */
export function ago(time, now = Date.now()) {
    const then = Date.parse(time);
    if (Number.isNaN(then)) return '';
    const seconds = Math.round((then - now) / 1000);
    if (seconds > -45) return 'just now';
    if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
    if (seconds > -86400) return relative.format(Math.round(seconds / 3600), 'hour');
    if (seconds > -6 * 86400) return relative.format(Math.round(seconds / 86400), 'day');
    return new Date(then).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** 129.87 → "130 BPM"; a tempo that is not close to a whole number keeps one decimal. */
export function tempo(bpm) {
    const whole = Math.round(bpm);
    return `${Math.abs(bpm - whole) < 0.15 ? whole : bpm.toFixed(1)} BPM`;
}

/** "deep-house" → "Deep house". */
export function sentence(word) {
    const text = String(word ?? '').replace(/[-_]+/g, ' ').trim();
    return text.charAt(0).toUpperCase() + text.slice(1);
}
