package io.policyengine.kernel.remote;

import io.vertx.core.buffer.Buffer;

/**
 * Counts the bytes of the incomplete message in a gRPC body that arrives in pieces (gRPC over HTTP2:
 * Length-Prefixed-Message). It stores no bytes.
 */
final class MessageProgress {
    private static final int PREFIX = 5;

    private int prefixRead;
    private long length;
    private long come;

    /**
     * Counts a piece of the body. Returns how many bytes of the incomplete message have arrived, including its prefix;
     * 0 if the piece ends with a complete message.
     */
    long after(Buffer piece) {
        int at = 0;
        while (at < piece.length()) {
            if (prefixRead < PREFIX) {
                at = readPrefix(piece, at);
            } else {
                long more = Math.min(length - come, piece.length() - at);
                come += more;
                at += (int) more;
            }
            if (prefixRead == PREFIX && come == length) {
                prefixRead = 0;
                length = 0;
                come = 0;
            }
        }
        return prefixRead + come;
    }

    private int readPrefix(Buffer piece, int from) {
        int at = from;
        while (prefixRead < PREFIX && at < piece.length()) {
            if (prefixRead > 0) {
                length = length << Byte.SIZE | piece.getUnsignedByte(at);
            }
            prefixRead++;
            at++;
        }
        return at;
    }
}
