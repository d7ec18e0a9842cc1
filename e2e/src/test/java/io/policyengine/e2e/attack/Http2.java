package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.join;
import static io.policyengine.e2e.attack.Http1.octets;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The octets of HTTP/2 (RFC 9113), as far as attackers need them. */
final class Http2 {
    /** The method that Envoy calls. */
    static final String CALL = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /** The first entry of the dynamic table, which is the one that was inserted last, as a field (RFC 7541 §6.1). */
    static final byte LAST_INSERTED = (byte) (0x80 | 62);

    private static final int ACK = 1;
    private static final int LARGEST_FRAME = 16_384;
    private static final byte[] CANCEL = {0, 0, 0, 8};
    private static final int LONG_INTEGER = 127;

    private Http2() {}

    /** What a client says first, with no settings of its own. */
    static byte[] preface() {
        return join(octets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(SETTINGS, 0, 0, new byte[0]));
    }

    /** That the other side's settings are obeyed from now on. */
    static byte[] settingsTaken() {
        return frame(SETTINGS, ACK, 0, new byte[0]);
    }

    /** Fields that open a stream, in as many frames as they take. */
    static byte[] headers(int stream, byte[] block) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int from = 0; from < block.length; from += LARGEST_FRAME) {
            int to = Math.min(block.length, from + LARGEST_FRAME);
            frames.writeBytes(frame(
                    from == 0 ? HEADERS : CONTINUATION,
                    to == block.length ? END_HEADERS : 0,
                    stream,
                    Arrays.copyOfRange(block, from, to)));
        }
        return frames.toByteArray();
    }

    /** A message of gRPC. */
    static byte[] message(byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) 0)
                .putInt(content.length)
                .put(content)
                .array();
    }

    /** A frame. */
    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** RST_STREAM. */
    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, CANCEL);
    }

    /** The frames of so many streams of one connection. */
    static byte[] streams(int count, IntFunction<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(frames.apply(1 + 2 * i));
        }
        return all.toByteArray();
    }

    /** The fields of a request, none of which are indexed. */
    static byte[] request(String method, String path, String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(field(":method", method));
        block.writeBytes(field(":scheme", "http"));
        block.writeBytes(field(":path", path));
        block.writeBytes(field(":authority", "localhost"));
        for (String each : fields) {
            int colon = each.indexOf(": ");
            block.writeBytes(field(each.substring(0, colon), each.substring(colon + 2)));
        }
        return block.toByteArray();
    }

    /** A call of the method that Envoy calls. */
    static byte[] call() {
        return request("POST", CALL, "content-type: application/grpc", "te: trailers");
    }

    /** A field that is not indexed (RFC 7541 §6.2.2). */
    static byte[] field(String name, String value) {
        return join(new byte[] {0}, text(name), text(value));
    }

    /** A field that is put into the dynamic table (RFC 7541 §6.2.1). */
    static byte[] inserted(String name, String value) {
        return join(new byte[] {0x40}, text(name), text(value));
    }

    private static byte[] text(String octets) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int length = octets.length();
        if (length < LONG_INTEGER) {
            text.write(length);
        } else {
            text.write(LONG_INTEGER);
            int rest = length - LONG_INTEGER;
            while (rest >= 0x80) {
                text.write((rest & 0x7F) | 0x80);
                rest >>= 7;
            }
            text.write(rest);
        }
        text.writeBytes(octets(octets));
        return text.toByteArray();
    }
}
