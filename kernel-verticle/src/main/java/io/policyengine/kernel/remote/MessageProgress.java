package io.policyengine.kernel.remote;

import io.vertx.core.buffer.Buffer;

/**
 * Counts the bytes of the message that is arriving in the pieces of a gRPC body (gRPC over HTTP2:
 * Length-Prefixed-Message), without storing them.
 */
final class MessageProgress {
    private static final int PREFIX = 5;

    private int prefixRead;
    private long length;
    private long come;

    /**
     * Counts a piece. Returns the number of bytes received so far of the incomplete message, including its prefix; 0 if
     * the piece ends with a complete message.
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
