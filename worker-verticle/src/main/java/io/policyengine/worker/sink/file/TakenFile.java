package io.policyengine.worker.sink.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The position file of a spool, which contains the position of the first undelivered record. The file has a fixed
 * length and is overwritten in place. If it is damaged, all records are sent again.
 */
final class TakenFile {
    private static final Pattern TEXT = Pattern.compile("([0-9]{19}) ([0-9]{19}) ([0-9a-f]{8})\n");

    private final Path path;
    private Position position = new Position(0, 0);
    private @Nullable FileChannel channel;

    /** The position of the first undelivered record: the number of its segment, and its offset in bytes. */
    record Position(long segment, long offset) {
        private String digits() {
            return String.format(Locale.ROOT, "%019d %019d", segment, offset);
        }
    }

    TakenFile(Path path) {
        this.path = path;
    }

    Position position() {
        return position;
    }

    Position readBlocking() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            LogFile.refuseUnsafeBlocking(path);
            Matcher parts = TEXT.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
            if (parts.matches()) {
                Position found = new Position(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
                position = crc(found.digits()).equals(parts.group(3)) ? found : position;
            }
        }
        return position;
    }

    void writeBlocking(Position changed) throws IOException {
        position = changed;
        FileChannel to = channel;
        if (to == null) {
            to = LogFile.openOwnBlocking(path, StandardOpenOption.WRITE);
            channel = to;
        }
        String digits = changed.digits();
        ByteBuffer text = ByteBuffer.wrap((digits + " " + crc(digits) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        while (text.hasRemaining()) {
            to.write(text, text.position());
        }
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    void closeBlocking() throws IOException {
        FileChannel to = channel;
        channel = null;
        if (to != null) {
            to.close();
        }
    }
}
