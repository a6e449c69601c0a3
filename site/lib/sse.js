// Server-sent events over fetch: EventSource cannot send an Authorization header.
// The line format is the WHATWG HTML standard, section 9.2.6 "Interpreting an event stream".

/** Yields the data of each event of a response body, as text, until the stream ends. */
export async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    let data = [];
    try {
        for (;;) {
            const { value, done } = await reader.read();
            if (done) return;
            buffer += value;
            // A lone CR at the end may be half of a CRLF: leave it for the next chunk.
            const lines = buffer.split(/\r\n|\n|\r(?!$)/);
            buffer = lines.pop();
            for (const line of lines) {
                if (line === '') {
                    if (data.length > 0) yield data.join('\n');
                    data = [];
                } else if (line.startsWith('data:')) {
                    data.push(line.slice(line[5] === ' ' ? 6 : 5));
                }
            }
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}
