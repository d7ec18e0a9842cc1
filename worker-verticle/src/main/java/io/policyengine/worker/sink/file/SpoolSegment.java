package io.policyengine.worker.sink.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A file of a spool that contains records in order. Its complete records end at the offset {@code end}. */
record SpoolSegment(long number, Path path, long end) {
    /** Reads all complete records. Segments are small enough to be read at once. */
    ByteBuffer readBlocking() throws IOException {
        try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(end, channel.size())));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until all is read
            }
            return bytes.flip();
        }
    }

    SpoolSegment with(long changed) {
        return new SpoolSegment(number, path, changed);
    }
}
