package io.policyengine.policies.format.replace;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a text in a body that arrives in chunks, from left to right, without overlaps. Withholds only bytes that may
 * begin a match, always fewer bytes than the text has. Takes time linear in the size of any body.
 */
final class TextReplacer {
    private final byte[] text;
    private final int[] border;
    private final byte[] with;

    /** The number of bytes at the end of the input that match the beginning of the text. They are withheld. */
    private int matched;

    TextReplacer(byte[] text, int[] border, byte[] with) {
        this.text = text;
        this.border = border;
        this.with = with;
    }

    void appendKept(Buffer to) {
        to.appendBytes(text, 0, matched);
    }

    /**
     * Reads the next chunk; returns the bytes that pass, in the same array if the chunk passes unchanged.
     *
     * @param last whether the body ends with the chunk, so that nothing may be withheld
     */
    byte[] replace(byte[] chunk, boolean last, Growth growth) {
        int before = matched;
        Output output = new Output(chunk, before, growth);
        for (int i = 0; i < chunk.length; i++) {
            if (matched == 0) {
                i = indexOfFirst(chunk, i);
                if (i == chunk.length) {
                    break;
                }
            }
            advance(chunk[i]);
            if (matched == text.length) {
                output.replace(i + 1 - text.length, i + 1);
                matched = 0;
            }
        }
        int kept = last ? 0 : matched;
        if (last) {
            matched = 0;
        }
        return output.until(chunk.length - kept);
    }

    private int indexOfFirst(byte[] chunk, int from) {
        byte first = text[0];
        int i = from;
        while (i < chunk.length && chunk[i] != first) {
            i++;
        }
        return i;
    }

    private void advance(byte next) {
        while (matched > 0 && text[matched] != next) {
            matched = border[matched - 1];
        }
        if (text[matched] == next) {
            matched++;
        }
    }

    /**
     * Builds the output of one chunk. Negative positions denote withheld bytes, which equal the beginning of the text.
     */
    private final class Output {
        private final byte[] chunk;
        private final int keptBefore;
        private final Growth growth;
        private @Nullable Buffer started;
        private boolean changed;
        private int done;

        Output(byte[] chunk, int keptBefore, Growth growth) {
            this.chunk = chunk;
            this.keptBefore = keptBefore;
            this.growth = growth;
            this.done = -keptBefore;
        }

        void replace(int from, int to) {
            copy(from);
            growth.check((long) bytes().length() + with.length);
            bytes().appendBytes(with);
            changed = true;
            done = to;
        }

        byte[] until(int end) {
            if (!changed && keptBefore == 0 && end == chunk.length) {
                return chunk;
            }
            copy(end);
            return bytes().getBytes();
        }

        private Buffer bytes() {
            Buffer bytes = started;
            if (bytes == null) {
                // Capacity for a few longer replacements: while a buffer grows, it holds its bytes three times.
                bytes = Buffer.buffer(chunk.length + chunk.length / 8);
                started = bytes;
            }
            return bytes;
        }

        private void copy(int end) {
            if (done < 0 && done < end) {
                int to = Math.min(end, 0);
                bytes().appendBytes(text, keptBefore + done, to - done);
                done = to;
            }
            if (done < end) {
                bytes().appendBytes(chunk, done, end - done);
                done = end;
            }
        }
    }
}
