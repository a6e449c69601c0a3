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
