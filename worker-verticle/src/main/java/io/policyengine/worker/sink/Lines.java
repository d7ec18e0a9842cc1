package io.policyengine.worker.sink;

import io.vertx.core.buffer.Buffer;

/** Writes records as lines. */
final class Lines {
    private Lines() {}

    /** Appends a JSON object and a line feed. Line breaks between its tokens become spaces. */
    static void append(Buffer lines, Buffer json) {
        int from = lines.length();
        lines.appendBuffer(json);
        for (int i = from; i < lines.length(); i++) {
            byte octet = lines.getByte(i);
            if (octet == '\n' || octet == '\r') {
                lines.setByte(i, (byte) ' ');
            }
        }
        lines.appendByte((byte) '\n');
    }
}
