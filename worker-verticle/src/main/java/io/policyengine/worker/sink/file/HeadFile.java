package io.policyengine.worker.sink.file;

import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.WrittenHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The companion file of an audit file. It records the audit file's last entry, so that a truncation is detected. */
public final class HeadFile {
    private final Path path;
    private @Nullable FileChannel channel;

    public HeadFile(Path chained) {
        this.path = WrittenHead.beside(chained);
    }

    /** Returns the recorded end of the audit chain, or null if the head file is missing or invalid. */
    @Nullable
    public ChainHead readBlocking() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        LogFile.refuseUnsafeBlocking(path);
        return WrittenHead.parse(Files.readString(path, StandardCharsets.ISO_8859_1));
    }

    public void writeBlocking(ChainHead head) throws IOException {
        FileChannel to = channel;
        if (to == null) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                LogFile.refuseUnsafeBlocking(path);
            }
            to = LogFile.openOwnBlocking(path, StandardOpenOption.WRITE);
            channel = to;
        }
        ByteBuffer text = ByteBuffer.wrap(WrittenHead.text(head).getBytes(StandardCharsets.ISO_8859_1));
        while (text.hasRemaining()) {
            to.write(text, text.position());
        }
    }

    public void closeBlocking() throws IOException {
        FileChannel to = channel;
        channel = null;
        if (to != null) {
            to.close();
        }
    }
}
