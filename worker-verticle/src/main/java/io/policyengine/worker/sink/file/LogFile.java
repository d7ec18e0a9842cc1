package io.policyengine.worker.sink.file;

import com.google.re2j.Pattern;
import io.policyengine.core.config.SinkConfig.Rotation;
import io.policyengine.core.net.FileRights;
import io.policyengine.core.net.ProcessUser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file to which lines are appended, with its rotated predecessors. A lock file ensures that only one process writes.
 * Links, other users' files, and files that others may write to are refused. Only the process's user may access new
 * files. After a partial write, the file is truncated. Confined to one thread, which may block.
 */
public final class LogFile {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern STAMPED = Pattern.compile("[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z(-[0-9]{6})?");
    private static final int STAMP_LENGTH = 20;
    private static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final InstantSource clock;
    private @Nullable Open open;

    /**
     * The length of the open file after the last write, in bytes. The actual length is shorter if another program has
     * truncated the file.
     */
    private long written;

    private @Nullable FileChannel lockFile;
    private @Nullable FileLock lock;

    /** The open file. Another program may have moved it since it was opened. */
    private record Open(FileChannel channel, Object key, Instant begun) {}

    public LogFile(Path path, InstantSource clock) {
        this.path = path;
        this.clock = clock;
    }

    public Path path() {
        return path;
    }

    /**
     * Opens the file, unless it is open and the path still leads to the open file.
     *
     * @return true if this call opened the file, or if another program truncated it, so that it does not end with the
     *     last written line
     */
    public boolean openBlocking() throws IOException {
        Open now = open;
        if (now != null && now.key().equals(keyBlocking())) {
            return acceptCutBlocking(now);
        }
        closeChannelBlocking();
        Path folder = path.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        lockBlocking();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            refuseUnsafeBlocking(path);
        }
        FileChannel channel = openOwnBlocking(path, StandardOpenOption.APPEND);
        try {
            refuseUnsafeBlocking(path);
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            open = new Open(
                    channel,
                    Objects.requireNonNull(found.fileKey()),
                    found.creationTime().toInstant());
            written = channel.size();
            return true;
        } catch (IOException unusable) {
            channel.close();
            throw unusable;
        }
    }

    /** Returns whether the file is shorter than after the last write, and accepts the new length. */
    private boolean acceptCutBlocking(Open now) throws IOException {
        long size = now.channel().size();
        boolean isCut = size < written;
        if (isCut) {
            written = size;
            open = size > 0 ? now : new Open(now.channel(), now.key(), clock.instant());
        }
        return isCut;
    }

    /** Returns whether another program has emptied the open file since the last write. */
    public boolean isEmptiedBlocking() throws IOException {
        Open now = open;
        return now != null && written > 0 && now.channel().size() == 0;
    }

    private @Nullable Object keyBlocking() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException movedAway) {
            return null;
        }
    }

    static FileChannel openOwnBlocking(Path file, StandardOpenOption how) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, how, LinkOption.NOFOLLOW_LINKS), OWN);
    }

    /**
     * Rejects an existing file with an unsafe type, owner or mode. For example, opening a pipe would wait for a reader.
     */
    static void refuseUnsafeBlocking(Path file) throws IOException {
        FileRights rights = FileRights.ofBlocking(file, LinkOption.NOFOLLOW_LINKS);
        if (!rights.isRegularFile()) {
            throw new IOException(
                    file + " is not a regular file but a link, a folder or a device: name the file itself");
        }
        if (!rights.belongsTo(ProcessUser.uid()) || rights.isWritableByOthers()) {
            throw new IOException(file + " could be written by others (mode " + rights.octal()
                    + "): make the engine's user its owner, and remove the write permission of others");
        }
    }

    private void lockBlocking() throws IOException {
        if (lock != null && lock.isValid()) {
            return;
        }
        Path beside = path.resolveSibling(path.getFileName() + ".lock");
        FileChannel channel = openOwnBlocking(beside, StandardOpenOption.WRITE);
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException mine) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process, or another worker, writes to " + path
                    + ": give each its own file, or wait until the other has ended");
        }
        lockFile = channel;
    }

    public long sizeBlocking() throws IOException {
        return channel().size();
    }

    /** Returns whether the file must be rotated before the next line. */
    public boolean isFullBlocking(Rotation rotation) throws IOException {
        long size = sizeBlocking();
        Open now = Objects.requireNonNull(open);
        boolean isLarge = rotation.maxBytes() > 0 && size >= rotation.maxBytes();
        boolean isOld = rotation.everyS() > 0
                && Duration.between(now.begun(), clock.instant()).toSeconds() >= rotation.everyS();
        return size > 0 && (isLarge || isOld);
    }

    /** Rotates the file: renames it, opens a new file, and deletes the oldest files beyond the number to keep. */
    public void rotateBlocking(Rotation rotation) throws IOException {
        Path away = path.resolveSibling(path.getFileName() + "." + stampBlocking());
        try {
            Files.move(path, away);
        } catch (FileAlreadyExistsException raced) {
            throw new IOException(away + " already exists", raced);
        }
        openBlocking();
        if (rotation.keep() > 0) {
            List<Path> older = olderBlocking();
            for (Path oldest : older.subList(0, Math.max(0, older.size() - rotation.keep()))) {
                Files.deleteIfExists(oldest);
            }
        }
    }

    /** Returns a time stamp that sorts after the previous one. Appends a number if the clock has not advanced. */
    private String stampBlocking() throws IOException {
        String now = STAMP.format(clock.instant());
        List<Path> older = olderBlocking();
        if (older.isEmpty()) {
            return now;
        }
        String last = String.valueOf(older.getLast().getFileName())
                .substring(String.valueOf(path.getFileName()).length() + 1);
        String time = last.substring(0, STAMP_LENGTH);
        int number = last.equals(time) ? 0 : Integer.parseInt(last.substring(STAMP_LENGTH + 1));
        return now.compareTo(time) > 0 ? now : String.format(Locale.ROOT, "%s-%06d", time, number + 1);
    }

    /** Returns the rotated files, oldest first. */
    private List<Path> olderBlocking() throws IOException {
        String begin = path.getFileName() + ".";
        try (Stream<Path> beside =
                Files.list(Objects.requireNonNull(path.toAbsolutePath().getParent()))) {
            return beside.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(begin) && STAMPED.matches(name.substring(begin.length()));
                    })
                    .sorted()
                    .toList();
        }
    }

    /** Appends all lines, or none if it fails. */
    public void appendBlocking(ByteBuffer lines, boolean fsync) throws IOException {
        FileChannel channel = channel();
        long before = channel.size();
        int length = lines.remaining();
        try {
            while (lines.hasRemaining()) {
                channel.write(lines);
            }
            if (fsync) {
                channel.force(false);
            }
        } catch (IOException notAll) {
            channel.truncate(before);
            throw notAll;
        }
        if (before == 0 || before >= written) {
            written = before + length;
        }
    }

    public void truncateBlocking(long size) throws IOException {
        channel().truncate(size);
        written = size;
    }

    private FileChannel channel() throws IOException {
        Open now = open;
        if (now == null) {
            throw new IOException(path + " is not open");
        }
        return now.channel();
    }

    private void closeChannelBlocking() throws IOException {
        Open now = open;
        open = null;
        if (now != null) {
            now.channel().close();
        }
    }

    public void closeBlocking() throws IOException {
        closeChannelBlocking();
        FileChannel channel = lockFile;
        lockFile = null;
        lock = null;
        if (channel != null) {
            channel.close();
        }
    }
}
