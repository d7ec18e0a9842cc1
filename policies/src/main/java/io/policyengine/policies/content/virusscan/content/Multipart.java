package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A multipart content (RFC 2046 §5.1.1), part by part. Strict: where the boundary stands in a place, or is followed by something, that one reader
 * may take for the end of a part and another one not, the content is refused. Holds the headers of a part, 16 KiB at most, or a boundary's length.
 */
final class Multipart implements ContentReader {
    private static final int MAX_HEADERS = 16 << 10;
    private static final int MAX_PADDING = 64;
    private static final Buffer NOTHING = Buffer.buffer();

    private final byte[] delimiter;
    private final ContentSink into;
    private final int depth;
    private Buffer held = NOTHING;

    /** The bytes at hand once more, in which the boundary is found several times faster. */
    private byte[] octets = new byte[0];

    private State state = State.CONTENT;
    private ContentReader content;

    /** True once a byte of the content has been handed on: then a boundary needs a line end in front of it. */
    private boolean begun;

    private boolean isEpilogue;

    private enum State {
        /** In the text before the first part, in a part, or behind the last. */
        CONTENT,
        /** Behind a boundary. */
        DELIMITER,
        /** In the headers of a part. */
        HEADERS
    }

    /**
     * Before its first byte.
     *
     * @param delimiter the boundary with two dashes in front
     * @param depth of multipart contents around it
     */
    Multipart(byte[] delimiter, ContentSink into, int depth) {
        this.delimiter = delimiter.clone();
        this.into = into;
        this.depth = depth;
        this.content = new SurroundingText(into);
    }

    @Override
    public void take(Buffer bytes) throws UnopenableException {
        Buffer window =
                held.length() == 0 ? bytes : Buffer.buffer().appendBuffer(held).appendBuffer(bytes);
        octets = window.getBytes();
        int at = 0;
        int next = step(window, at);
        while (next >= 0) {
            at = next;
            next = step(window, at);
        }
        int taken = state == State.CONTENT ? contentUpTo(window, at) : at;
        held = window.getBuffer(taken, window.length());
        octets = new byte[0];
    }

    /** Where the next state begins; negative if more has to come for that. */
    private int step(Buffer window, int at) throws UnopenableException {
        return switch (state) {
            case CONTENT -> content(window, at);
            case DELIMITER -> behindDelimiter(window, at);
            case HEADERS -> headers(window, at);
        };
    }

    private int content(Buffer window, int at) throws UnopenableException {
        int found = indexOf(at);
        if (found < 0) {
            return -1;
        }
        boolean isLine = found - at >= 2 && window.getByte(found - 2) == '\r' && window.getByte(found - 1) == '\n';
        if (isEpilogue || !(isLine || (found == at && !begun))) {
            throw new UnopenableException("the boundary stands within a line of a part, or behind the last");
        }
        if (isLine && found - 2 > at) {
            content.take(window.slice(at, found - 2));
        }
        content.end();
        state = State.DELIMITER;
        return found + delimiter.length;
    }

    /** Hands on what cannot be part of a boundary and the line end before it; gives where the rest begins. */
    private int contentUpTo(Buffer window, int at) throws UnopenableException {
        int to = window.length() - (delimiter.length + 1);
        if (to <= at) {
            return at;
        }
        begun = true;
        content.take(window.slice(at, to));
        return to;
    }

    private int behindDelimiter(Buffer window, int at) throws UnopenableException {
        int end = at;
        while (end < window.length() && isBlank(window.getByte(end))) {
            end++;
        }
        if (end - at > MAX_PADDING) {
            throw new UnopenableException("the boundary is followed by too many blanks");
        }
        if (window.length() - end < 2) {
            return -1;
        }
        byte first = window.getByte(end);
        byte second = window.getByte(end + 1);
        if (first == '\r' && second == '\n') {
            state = State.HEADERS;
            return end + 2;
        }
        if (end == at && first == '-' && second == '-') {
            isEpilogue = true;
            begin(new SurroundingText(into));
            return end + 2;
        }
        throw new UnopenableException("the boundary is followed by something else than a line end");
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private void begin(ContentReader next) {
        content = next;
        begun = false;
        state = State.CONTENT;
    }

    private int headers(Buffer window, int at) throws UnopenableException {
        String text =
                window.getString(at, Math.min(window.length(), at + MAX_HEADERS), StandardCharsets.ISO_8859_1.name());
        int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (text.length() >= MAX_HEADERS) {
                throw new UnopenableException("the headers of a part have more than " + MAX_HEADERS + " bytes");
            }
            return -1;
        }
        HeaderMap fields = PartHeaders.parse(text.substring(0, end));
        Optional<String> name = PartHeaders.name(fields);
        boolean isSkipped = depth == 0
                && !into.rules().parts().isEmpty()
                && name.isPresent()
                && !into.rules().parts().contains(name.get());
        begin(isSkipped ? new SkippedContent() : ContentReaders.of(fields, into, depth + 1));
        return at + end + (end == 0 ? 2 : 4);
    }

    @Override
    public long heldBytes() {
        return held.length() + content.heldBytes();
    }

    @Override
    public void end() throws UnopenableException {
        if (!isEpilogue || state != State.CONTENT) {
            throw new UnopenableException("a multipart content does not end with its last boundary");
        }
        if (held.length() > 0) {
            content.take(held);
            held = NOTHING;
        }
        content.end();
    }

    /** Where the next boundary begins; negative if there is none. */
    private int indexOf(int from) {
        for (int i = from; i <= octets.length - delimiter.length; i++) {
            if (octets[i] == '-' && isDelimiter(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isDelimiter(int at) {
        return Arrays.equals(octets, at, at + delimiter.length, delimiter, 0, delimiter.length);
    }
}
