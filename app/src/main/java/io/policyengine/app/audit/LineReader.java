package io.policyengine.app.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file one at a time. A line that is too long for an audit entry is truncated. */
final class LineReader implements Closeable {
    /** Maximum number of bytes that are kept from one line of an audit trail; the rest of the line is skipped. */
    private static final int LONGEST = 4 << 20;

    private final BufferedInputStream in;

    /**
     * A line of an audit trail.
     *
     * @param octets the line without its line feed, truncated at 4 MiB
     * @param isWhole false if the file ended before a line feed
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Line(byte[] octets, boolean isWhole) {}

    LineReader(Path file) throws IOException {
        this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int octet = in.read();
        if (octet < 0) {
            return null;
        }
        while (octet >= 0 && octet != '\n') {
            if (line.size() < LONGEST) {
                line.write(octet);
            }
            octet = in.read();
        }
        return new Line(line.toByteArray(), octet == '\n');
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
