package io.policyengine.worker.sink.file;

import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.sink.SinkRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A queue of records on disk. It consists of append-only segments, and a file with the position of the consumer.
 * Appended records survive the end of the process and, with {@code fsync}, a crash of the machine. A segment is deleted
 * when all its records are consumed. The size of the spool is bounded in bytes, and only one process at a time may use
 * it. Confined to one thread, which may block.
 */
public final class Spool {
    private static final String SUFFIX = ".segment";
    private static final long SMALLEST_SEGMENT = 64 << 10;

    /** Size in bytes from which a segment of a spool is full, for the largest spools. */
    private static final long LARGEST_SEGMENT = 4 << 20;

    private final Path directory;
    private final long maxBytes;
    private final boolean fsync;
    private final Deque<SpoolSegment> segments = new ArrayDeque<>();
    private final TakenFile taken;
    private @Nullable FileChannel lock;
    private @Nullable FileChannel current;
    private @Nullable ByteBuffer first;
    private long records;
    private final AtomicLong bytes = new AtomicLong();
    private int damaged;

    public Spool(Path directory, SinkConfig.Spool config, boolean fsync) {
        this.directory = directory;
        this.maxBytes = config.maxBytes();
        this.fsync = fsync;
        this.taken = new TakenFile(directory.resolve("taken"));
    }

    /** Opens the spool, and counts the records that an earlier process left. If this fails, the spool stays closed. */
    public void openBlocking() throws IOException {
        boolean isFound = false;
        try {
            findBlocking();
            isFound = true;
        } finally {
            if (!isFound) {
                closeBlocking();
                segments.clear();
                records = 0;
                bytes.set(0);
                damaged = 0;
            }
        }
    }

    private void findBlocking() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        lockBlocking();
        TakenFile.Position position = taken.readBlocking();
        for (Path file : filesBlocking()) {
            LogFile.refuseUnsafeBlocking(file);
            long number = numberOf(file);
            if (number < position.segment()) {
                Files.delete(file);
            } else {
                SpoolSegment whole = new SpoolSegment(number, file, Files.size(file));
                addFound(whole, number == position.segment() ? position.offset() : 0);
            }
        }
        if (segments.isEmpty() || segments.getFirst().number() != position.segment()) {
            taken.writeBlocking(new TakenFile.Position(nextNumber(position), 0));
        }
    }

    private long nextNumber(TakenFile.Position position) {
        return segments.isEmpty() ? position.segment() + 1 : segments.getFirst().number();
    }

    /**
     * Counts a segment's records from the offset. An incomplete record at the end is ignored, since it was never
     * accepted. A complete but damaged record is counted as lost, and later records of the segment are ignored.
     */
    private void addFound(SpoolSegment segment, long from) throws IOException {
        ByteBuffer content = segment.readBlocking();
        content.position((int) Math.min(from, content.limit()));
        for (SpoolRecord next = SpoolRecord.read(content); next != null; next = SpoolRecord.read(content)) {
            content.position(content.position() + next.length());
            records++;
        }
        if (content.remaining() >= 8 && content.getInt(content.position()) <= content.remaining() - 8) {
            damaged++;
        }
        segments.add(segment.with(content.position()));
        bytes.addAndGet(content.position());
    }

    private void lockBlocking() throws IOException {
        FileChannel channel = LogFile.openOwnBlocking(directory.resolve("lock"), StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                lock = channel;
                return;
            }
        } catch (OverlappingFileLockException mine) {
            // as if another process held it
        }
        channel.close();
        throw new IOException(
                "another process, or another sink, uses the spool " + directory + ": give each its own directory");
    }

    private List<Path> filesBlocking() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static long numberOf(Path file) throws IOException {
        String name = file.getFileName().toString();
        try {
            return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        } catch (NumberFormatException foreign) {
            throw new IOException(file + " is not a segment of a spool: give the spool a separate directory", foreign);
        }
    }

    /** Appends all records or none. Returns false if the spool is full. */
    public boolean appendBlocking(List<SinkRecord> added) throws IOException {
        List<byte[]> written = added.stream().map(SpoolRecord::write).toList();
        long length = written.stream().mapToLong(each -> each.length).sum();
        if (bytes.get() + length > maxBytes) {
            return false;
        }
        FileChannel to = currentBlocking();
        long before = to.size();
        ByteBuffer all = ByteBuffer.allocate((int) length);
        written.forEach(all::put);
        all.flip();
        try {
            while (all.hasRemaining()) {
                to.write(all);
            }
            if (fsync) {
                to.force(false);
            }
        } catch (IOException notAll) {
            to.truncate(before);
            throw notAll;
        }
        SpoolSegment last = segments.removeLast();
        segments.addLast(last.with(before + length));
        bytes.addAndGet(length);
        records += written.size();
        return true;
    }

    private FileChannel currentBlocking() throws IOException {
        long full = Math.clamp(maxBytes / 8, SMALLEST_SEGMENT, LARGEST_SEGMENT);
        FileChannel to = current;
        if (to != null && to.size() < full) {
            return to;
        }
        if (to != null) {
            to.close();
            current = null;
        }
        long number = segments.isEmpty()
                ? taken.position().segment()
                : segments.getLast().number() + 1;
        Path file = directory.resolve(String.format(Locale.ROOT, "%019d%s", number, SUFFIX));
        FileChannel opened = LogFile.openOwnBlocking(file, StandardOpenOption.APPEND);
        segments.addLast(new SpoolSegment(number, file, 0));
        current = opened;
        return opened;
    }

    /** Returns the first undelivered records, at least one unless the spool is empty. */
    public List<SinkRecord> peekBlocking(int maxRecords, int maxBytesOfThem) throws IOException {
        List<SinkRecord> found = new ArrayList<>();
        TakenFile.Position position = taken.position();
        long size = 0;
        for (SpoolSegment segment : segments) {
            ByteBuffer content = contentBlocking(segment);
            content.position(segment.number() == position.segment() ? (int) position.offset() : 0);
            for (SpoolRecord next = SpoolRecord.read(content); next != null; next = SpoolRecord.read(content)) {
                size += next.record().json().length();
                if (found.size() == maxRecords || (size > maxBytesOfThem && !found.isEmpty())) {
                    return found;
                }
                found.add(next.record());
                content.position(content.position() + next.length());
            }
        }
        return found;
    }

    /** Returns the content of a segment. The first segment is cached, since it is read repeatedly. */
    private ByteBuffer contentBlocking(SpoolSegment segment) throws IOException {
        boolean isFirst = segment.equals(segments.getFirst());
        ByteBuffer kept = first;
        if (isFirst && kept != null && kept.limit() == segment.end()) {
            return kept.duplicate();
        }
        ByteBuffer content = segment.readBlocking();
        if (isFirst) {
            first = content;
        }
        return content.duplicate();
    }

    /** Removes the first records, because they were delivered or are lost. */
    public void removeBlocking(int count) throws IOException {
        TakenFile.Position position = taken.position();
        int left = count;
        while (left > 0 && !segments.isEmpty()) {
            SpoolSegment segment = segments.getFirst();
            ByteBuffer content = contentBlocking(segment);
            content.position(segment.number() == position.segment() ? (int) position.offset() : 0);
            for (SpoolRecord next = SpoolRecord.read(content);
                    next != null && left > 0;
                    next = left > 0 ? SpoolRecord.read(content) : null) {
                content.position(content.position() + next.length());
                left--;
                records--;
            }
            boolean isDone = content.position() >= segment.end();
            position = isDone
                    ? new TakenFile.Position(segment.number() + 1, 0)
                    : new TakenFile.Position(segment.number(), content.position());
            if (isDone) {
                dropFirst();
            }
        }
        taken.writeBlocking(position);
        deleteTakenBlocking(position);
    }

    private void dropFirst() throws IOException {
        SpoolSegment gone = segments.removeFirst();
        bytes.addAndGet(-gone.end());
        first = null;
        if (segments.isEmpty() && current != null) {
            current.close();
            current = null;
        }
    }

    private void deleteTakenBlocking(TakenFile.Position position) throws IOException {
        for (Path file : filesBlocking()) {
            if (numberOf(file) < position.segment()) {
                Files.deleteIfExists(file);
            }
        }
    }

    public long records() {
        return records;
    }

    public long bytes() {
        return bytes.get();
    }

    /** Returns the number of damaged records found since the last call of this method. */
    public int takeDamaged() {
        int found = damaged;
        damaged = 0;
        return found;
    }

    public void closeBlocking() throws IOException {
        taken.closeBlocking();
        FileChannel writing = current;
        FileChannel locked = lock;
        current = null;
        lock = null;
        if (writing != null) {
            writing.close();
        }
        if (locked != null) {
            locked.close();
        }
    }

    public boolean isOpen() {
        return lock != null;
    }
}
