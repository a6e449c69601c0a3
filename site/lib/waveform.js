// wavesurfer.js is a classic script: loaded on first need, once.

let loading = null;

/** The WaveSurfer constructor, or null where the vendored file is missing. */
export function waveSurfer() {
    loading ??= new Promise((resolve) => {
        const script = document.createElement('script');
        script.src = '/vendor/wavesurfer/wavesurfer.min.js';
        script.onload = () => resolve(globalThis.WaveSurfer ?? null);
        script.onerror = () => resolve(null);
        document.head.append(script);
    });
    return loading;
}

/** What all waveforms of the page look like. A canvas knows no custom properties: `element` carries the two colours as text and caret colour. */
export function waveLook(element) {
    const style = getComputedStyle(element);
    return {
        waveColor: style.color, progressColor: style.caretColor, normalize: true, barWidth: 2, barGap: 1.5, barRadius: 2, cursorWidth: 0,
        dragToSeek: false, hideScrollbar: true,
    };
}
