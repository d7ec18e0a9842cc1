package io.policyengine.worker.sink.file;

import io.policyengine.core.sink.SinkRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The last complete line of a file.
 *
 * @param line the line without its line feed; empty if no line is complete
 * @param whole length of the file up to the end of the line; any rest is an incomplete line
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record LastLine(byte[] line, long whole) {
    /**
     * Maximum number of bytes at the end of a file that are searched for a line feed. Two lines of maximum length fit.
     */
    private static final int MAX = 4 * SinkRecord.MAX_BYTES;

    public static LastLine readBlocking(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long size = channel.size();
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(size, MAX));
            long from = size - end.capacity();
            while (end.hasRemaining() && channel.read(end, from + end.position()) >= 0) {
                // until all is read
            }
            byte[] bytes = end.array();
            int feed = lastFeed(bytes, end.position());
            int before = feed < 0 ? -1 : lastFeed(bytes, feed);
            byte[] line = new byte[feed < 0 ? 0 : feed - before - 1];
            System.arraycopy(bytes, before + 1, line, 0, line.length);
            return new LastLine(line, feed < 0 ? 0 : from + feed + 1);
        }
    }

    private static int lastFeed(byte[] bytes, int before) {
        int at = before - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }
}
