package io.policyengine.policies.semanticcache.answer;

import io.vertx.core.buffer.Buffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** The frames of a stream of {@code application/vnd.amazon.eventstream}, in which AWS sends events. */
final class EventFrames {
    private static final int PRELUDE = 8;
    private static final int AROUND = 16;
    private static final int STRING = 7;

    private EventFrames() {}

    /**
     * A frame.
     *
     * @param headers those that are texts
     * @param payload its body
     */
    record Frame(Map<String, String> headers, Buffer payload) {
        Frame {
            headers = Map.copyOf(headers);
        }
    }

    /** A stream that is cut, or none. Expected, so it has no stack trace. */
    static final class BrokenFrameException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenFrameException() {
            super("a frame is broken", null, false, false);
        }
    }

    /**
     * The frames, each with its checksums right.
     *
     * @throws BrokenFrameException if the stream does not end with a whole frame
     */
    static List<Frame> in(byte[] stream) throws BrokenFrameException {
        List<Frame> frames = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(stream);
        try {
            while (bytes.hasRemaining()) {
                frames.add(frame(bytes));
            }
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException cut) {
            throw new BrokenFrameException();
        }
        return List.copyOf(frames);
    }

    private static Frame frame(ByteBuffer bytes) throws BrokenFrameException {
        int start = bytes.position();
        int length = bytes.getInt();
        int headers = bytes.getInt();
        if (length < AROUND || headers < 0 || headers > length - AROUND || length > bytes.limit() - start) {
            throw new BrokenFrameException();
        }
        requireChecksum(bytes, start, PRELUDE);
        bytes.position(start + PRELUDE + Integer.BYTES);
        ByteBuffer own = bytes.slice(bytes.position(), headers);
        bytes.position(bytes.position() + headers);
        byte[] payload = new byte[length - AROUND - headers];
        bytes.get(payload);
        requireChecksum(bytes, start, length - Integer.BYTES);
        bytes.position(start + length);
        return new Frame(headers(own), Buffer.buffer(payload));
    }

    private static void requireChecksum(ByteBuffer bytes, int from, int length) throws BrokenFrameException {
        CRC32 sum = new CRC32();
        sum.update(bytes.slice(from, length));
        if ((int) sum.getValue() != bytes.getInt(from + length)) {
            throw new BrokenFrameException();
        }
    }

    /** The headers of events are texts; one of another kind ends the reading, since nothing here needs it. */
    private static Map<String, String> headers(ByteBuffer bytes) {
        Map<String, String> headers = new HashMap<>();
        while (bytes.hasRemaining()) {
            String name = text(bytes, bytes.get() & 0xFF);
            if (bytes.get() != STRING) {
                break;
            }
            headers.put(name, text(bytes, bytes.getShort() & 0xFFFF));
        }
        return headers;
    }

    private static String text(ByteBuffer bytes, int length) {
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
