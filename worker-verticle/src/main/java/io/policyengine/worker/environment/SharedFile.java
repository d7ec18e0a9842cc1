package io.policyengine.worker.environment;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.config.files.FileFingerprint;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A parsed file that is read once and shared by all entries with the same file and parser. If a later version of the
 * file is invalid, the last valid content stays in use.
 */
final class SharedFile<T> implements WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);

    private final FileReader reader;
    private final Capacity room;
    private final String name;
    private final Path path;
    private final FileParser<T> parser;
    private final Semaphore reading = new Semaphore(1);
    /** The reservation of bytes for the file's content; closed when the file is no longer in use. */
    private final CapacityReservation reserved;

    /** The content of the file that is in use; null until the first read. */
    private volatile @Nullable T current;

    // Accessed by the first read, then by one check at a time.
    private FileFingerprint read = FileFingerprint.NONE;
    private FileFingerprint seen = FileFingerprint.NONE;

    /** The reason why the file is currently unreadable, or null. */
    private volatile @Nullable String unreadable;
    /** The fault of the content that was read last; null if this content is in use. */
    private volatile @Nullable String unusable;

    SharedFile(FileReader reader, Capacity room, String name, Path path, FileParser<T> parser) {
        this.reader = reader;
        this.room = room;
        this.reserved = room.reservation();
        this.name = name;
        this.path = path;
        this.parser = parser;
    }

    /**
     * Reads the file, unless it has already been read.
     *
     * @param unanswered called if the file does not answer in time
     * @throws InvalidParamsException if the file is unusable
     */
    void openBlocking(Runnable unanswered) {
        if (current != null) {
            return;
        }
        try {
            if (!reading.tryAcquire(2 * FileReader.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new FileReader.TooSlow();
            }
            try {
                if (current == null) {
                    FileFingerprint now = reader.lookWithinBlocking(path);
                    current = parser.parse(textBlocking(now));
                    read = now;
                    seen = now;
                }
            } finally {
                reading.release();
            }
        } catch (IOException failure) {
            if (FileReader.mayAnswerLater(failure)) {
                unanswered.run();
            }
            throw new InvalidParamsException("", FileReader.reasonOf(path, failure));
        } catch (IllegalArgumentException malformed) {
            throw new InvalidParamsException("", path + ": " + malformed.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InvalidParamsException("", path + ": the worker is about to end");
        }
    }

    @Override
    @SuppressWarnings("NullAway") // never used before it is opened
    public T current() {
        return current;
    }

    /** Returns the reason why the newest content is not in use, for users, or null. Never blocks. */
    @Nullable
    String failure() {
        String reason = unreadable == null ? unusable : unreadable;
        return reason == null ? null : reason + "; its last good content stays in use";
    }

    /** Reads a changed file again once two checks have found the same change, so that the file is probably complete. */
    void lookBlocking() {
        if (current == null || reserved.isClosed()) {
            return;
        }
        try {
            FileFingerprint now = reader.lookWithinBlocking(path);
            boolean settled = now.equals(seen);
            seen = now;
            if (now.equals(read)) {
                unreadable = null;
            } else if (settled) {
                takeBlocking(textBlocking(now), now);
            }
        } catch (IOException failure) {
            if (reserved.isClosed()) {
                return;
            }
            // Perhaps temporary: each check tries again.
            String reason = FileReader.reasonOf(path, failure);
            if (!reason.equals(unreadable)) {
                tell(reason);
            }
            unreadable = reason;
        }
    }

    /**
     * Returns the file's text if it fits the budget of all files. The size is checked before reading, except for
     * special files, whose size is unknown. The reservation is never reduced here, since the current content may stay
     * in use.
     */
    private String textBlocking(FileFingerprint now) throws IOException {
        requireRoom(now.size());
        String text = reader.readWithinBlocking(name, path);
        requireRoom(text.length());
        return text;
    }

    /**
     * Raises the reservation to this many bytes, up to the maximum of a file. Throws if the budget is exhausted, or the
     * file is no longer in use.
     */
    private void requireRoom(long octets) throws IOException {
        if (!reserved.tryResize(Math.max(reserved.amount(), Math.min(octets, FileReader.MAX_BYTES)))) {
            throw FileReader.withoutRoom(path, room);
        }
    }

    void release() {
        reserved.close();
    }

    private void takeBlocking(String text, FileFingerprint now) {
        read = now;
        unreadable = null;
        try {
            current = parser.parse(text);
            reserved.tryResize(Math.max(now.size(), text.length()));
            unusable = null;
            LOG.atInfo()
                    .addKeyValue(LogFields.FILE, path.toString())
                    .log("a policy's file was read again: its new content is in use");
        } catch (IllegalArgumentException malformed) {
            keepUnusable(String.valueOf(malformed.getMessage()));
        } catch (RuntimeException | StackOverflowError fault) {
            keepUnusable("its parser failed with " + fault.getClass().getName());
        }
    }

    private void keepUnusable(String reason) {
        unusable = path + ": " + reason;
        tell(reason);
    }

    private void tell(String reason) {
        LOG.atError()
                .addKeyValue(LogFields.FILE, path.toString())
                .addKeyValue(LogFields.REASON, reason)
                .log("a policy's file cannot be used; its last good content stays in use");
    }
}
