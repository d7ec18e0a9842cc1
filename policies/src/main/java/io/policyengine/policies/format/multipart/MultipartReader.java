package io.policyengine.policies.format.multipart;

import io.policyengine.policies.format.form.CharsetField;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a multipart body (RFC 2046 §5.1.1) as its octets arrive, in pieces of any length. Lines must end with CR LF.
 * The boundary must occur only at the beginning of a line, and not in the header lines of a part. Only a line end may
 * follow the boundary. A body without its last boundary is refused. A form that states a charset other than UTF-8 for
 * its texts (RFC 7578 §4.6) is also refused.
 *
 * <p>Contents are passed on as ranges of the arriving arrays, without copies. The reader holds at most the length of a
 * boundary and the header lines of one part, which have at most {@value #MAX_HEADER_BYTES} bytes. A body has at most
 * {@value #MAX_PARTS} parts and {@value #MAX_DEPTH} levels of nested multipart bodies. Time is linear in the bytes.
 *
 * @param <E> the fault of the sink
 */
public final class MultipartReader<E extends Exception> {
    /** Maximum levels of nested multipart bodies. */
    public static final int MAX_DEPTH = 4;
    /** Maximum parts of one multipart body. */
    public static final int MAX_PARTS = 1_000;
    /** Maximum bytes of the header lines of a part. */
    public static final int MAX_HEADER_BYTES = 8 << 10;

    private static final int LINE_END = 2;

    private final PartSink<E> sink;
    /** The octets before each part: a line end, two dashes and the boundary. */
    private final byte[] delimiter;
    /** The failure function (Knuth, Morris and Pratt) of the delimiter without its line end. */
    private final int[] shorter;

    private State state = State.PREAMBLE;
    /** The number of the most recent octets that match the beginning of the delimiter. */
    private int matched = LINE_END;
    /** The number of the most recent octets that match the beginning of the delimiter without its line end. */
    private int inside;
    /** The number of matched octets that were not received, since the body is treated as if a line end preceded it. */
    private int virtual = LINE_END;
    /** The number of content octets from earlier calls that may belong to a delimiter. */
    private int withheld;

    private final StringBuilder header = new StringBuilder();
    private int parts;
    /** The check of the current part if it states the charset of the form; otherwise null. */
    private @Nullable CharsetField charset;

    private enum State {
        /** The text before the first part. */
        PREAMBLE,
        /** The state after a boundary. */
        DELIMITER,
        /** The state after a boundary and a carriage return. */
        DELIMITER_RETURN,
        /** The state after a boundary and a dash. */
        DELIMITER_DASH,
        HEADER,
        CONTENT,
        /** The state after the last boundary. */
        CLOSED,
        /** The state after the last boundary and a carriage return. */
        CLOSED_RETURN,
        /** The text after the line of the last boundary. */
        EPILOGUE
    }

    /**
     * Creates a reader.
     *
     * @param depth the number of multipart bodies that contain this one
     * @throws MultipartFault if the depth is {@link #MAX_DEPTH} or more
     */
    public MultipartReader(Boundary boundary, int depth, PartSink<E> sink) throws MultipartFault {
        if (depth >= MAX_DEPTH) {
            throw MultipartFault.tooComplex("multipart bodies are nested more than " + MAX_DEPTH + " levels deep");
        }
        this.sink = sink;
        this.delimiter = ("\r\n--" + boundary.value()).getBytes(StandardCharsets.US_ASCII);
        this.shorter = shorter(delimiter);
    }

    /** Returns the failure function (Knuth, Morris and Pratt) of the delimiter without its line end. */
    private static int[] shorter(byte[] delimiter) {
        int[] shorter = new int[delimiter.length - LINE_END];
        for (int i = 1, same = 0; i < shorter.length; i++) {
            byte octet = delimiter[LINE_END + i];
            while (same > 0 && octet != delimiter[LINE_END + same]) {
                same = shorter[same - 1];
            }
            same += octet == delimiter[LINE_END + same] ? 1 : 0;
            shorter[i] = same;
        }
        return shorter;
    }

    /**
     * Reads the octets from {@code start} (inclusive) to {@code end} (exclusive).
     *
     * @throws E from the sink
     * @throws MultipartFault if servers may read the octets differently, or if they exceed a bound
     */
    public void take(byte[] bytes, int start, int end) throws E, MultipartFault {
        int at = start;
        while (at < end) {
            at = switch (state) {
                case PREAMBLE, CONTENT, EPILOGUE -> text(bytes, at, end);
                case HEADER -> header(bytes, at, end);
                case DELIMITER, DELIMITER_RETURN, DELIMITER_DASH, CLOSED, CLOSED_RETURN -> behind(bytes[at], at);
            };
        }
    }

    /**
     * Returns the number of content octets at the end of the input that are withheld because they may belong to a
     * boundary.
     */
    public int withheld() {
        return withheld;
    }

    /** Returns the estimated bytes of memory held. */
    public long heldBytes() {
        return header.length();
    }

    private int text(byte[] bytes, int from, int end) throws E, MultipartFault {
        for (int i = from; i < end; i++) {
            byte octet = bytes[i];
            if (matched == 0 && inside == 0 && octet != '\r' && octet != '-') {
                continue;
            }
            if (octet == delimiter[matched]) {
                matched++;
            } else {
                giveWithheld();
                virtual = 0;
                matched = octet == '\r' ? 1 : 0;
            }
            inside = inside(octet);
            if (inside == shorter.length) {
                return delimiter(bytes, from, i + 1);
            }
        }
        int mayBelong = matched - virtual;
        if (mayBelong < end - from + withheld) {
            give(bytes, from, end - mayBelong);
        }
        withheld = mayBelong;
        return end;
    }

    private int inside(byte octet) {
        int length = inside;
        while (length > 0 && octet != delimiter[LINE_END + length]) {
            length = shorter[length - 1];
        }
        return octet == delimiter[LINE_END + length] ? length + 1 : length;
    }

    private int delimiter(byte[] bytes, int from, int end) throws E, MultipartFault {
        if (matched < delimiter.length || state == State.EPILOGUE) {
            throw MultipartFault.malformed("the boundary occurs within a line, or after the last boundary");
        }
        int ofThese = matched - virtual - withheld;
        give(bytes, from, end - ofThese);
        if (charset != null && !charset.endField()) {
            throw MultipartFault.malformed("a form states a charset other than UTF-8");
        }
        charset = null;
        sink.end();
        matched = 0;
        inside = 0;
        virtual = 0;
        withheld = 0;
        state = State.DELIMITER;
        return end;
    }

    private void giveWithheld() throws E, MultipartFault {
        if (withheld > 0) {
            int length = withheld;
            withheld = 0;
            give(delimiter, virtual, virtual + length);
        }
    }

    private void give(byte[] bytes, int start, int end) throws E, MultipartFault {
        if (start >= end) {
            return;
        }
        if (state == State.CONTENT) {
            CharsetField stated = charset;
            for (int i = start; stated != null && i < end; i++) {
                stated.octet(bytes[i] & 0xFF);
            }
            sink.content(bytes, start, end);
        } else {
            sink.surrounding(bytes, start, end);
        }
    }

    private int behind(byte octet, int at) throws MultipartFault {
        state = switch (octet) {
            case '\r' -> next(State.DELIMITER, State.DELIMITER_RETURN, State.CLOSED, State.CLOSED_RETURN);
            case '\n' -> next(State.DELIMITER_RETURN, State.HEADER, State.CLOSED_RETURN, State.EPILOGUE);
            case '-' -> next(State.DELIMITER, State.DELIMITER_DASH, State.DELIMITER_DASH, State.CLOSED);
            default -> throw notALine();
        };
        if (state == State.HEADER) {
            header.setLength(0);
            parts++;
            if (parts > MAX_PARTS) {
                throw MultipartFault.tooComplex("a multipart body has more than " + MAX_PARTS + " parts");
            }
        }
        return at + 1;
    }

    private State next(State one, State behindOne, State other, State behindOther) throws MultipartFault {
        if (state == one) {
            return behindOne;
        }
        if (state == other) {
            return behindOther;
        }
        throw notALine();
    }

    private static MultipartFault notALine() {
        return MultipartFault.malformed("a boundary is not followed by the end of its line");
    }

    private int header(byte[] bytes, int from, int end) throws E, MultipartFault {
        int i = from;
        boolean ends = false;
        while (i < end && !ends) {
            byte octet = bytes[i];
            i++;
            if (header.length() == MAX_HEADER_BYTES) {
                throw MultipartFault.tooComplex("the headers of a part have more than " + MAX_HEADER_BYTES + " bytes");
            }
            inside = inside(octet);
            if (inside == shorter.length) {
                throw MultipartFault.malformed("the boundary occurs in the header lines of a part");
            }
            header.append((char) (octet & 0xFF));
            ends = octet == '\n' && endsHeader();
        }
        sink.header(bytes, from, i);
        if (ends) {
            state = State.CONTENT;
            Part part = Part.parse(header.substring(0, header.length() - LINE_END));
            charset = part.isCharset() ? CharsetField.inValue() : null;
            sink.part(part);
        }
        return i;
    }

    private boolean endsHeader() throws MultipartFault {
        int length = header.length();
        if (length < LINE_END || header.charAt(length - LINE_END) != '\r') {
            throw MultipartFault.malformed("a header line of a part ends without a carriage return");
        }
        return length == LINE_END || header.charAt(length - LINE_END - 1) == '\n';
    }

    /**
     * Ends the body.
     *
     * @throws E from the sink
     * @throws MultipartFault if the last boundary is missing
     */
    public void end() throws E, MultipartFault {
        if (state != State.CLOSED && state != State.EPILOGUE) {
            throw MultipartFault.malformed("a multipart body ends without its last boundary");
        }
        giveWithheld();
        sink.end();
    }
}
