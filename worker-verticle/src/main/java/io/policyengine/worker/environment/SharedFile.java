package io.policyengine.worker.environment;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.files.FileFingerprint;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A parsed file, read once and shared by all entries with the same file and parser. The last valid content stays in
 * use.
 */
final class SharedFile<T> implements WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);

    /** The size of a file that is no longer in use. */
    private static final long GONE = -1;

    private final FileReader reader;
    private final Capacity room;
    private final String name;
    private final Path path;
    private final FileParser<T> parser;
    /** Held while the file is read for the first time. */
    private final Semaphore reading = new Semaphore(1);
    /** The octets that the content takes of the room, or {@link #GONE}. */
    private final AtomicLong held = new AtomicLong();

    /** Null until the file was read once. */
    private volatile @Nullable T current;

    // Touched while reading for the first time, then by one look at a time.
    private FileFingerprint read = FileFingerprint.NONE;
    private FileFingerprint seen = FileFingerprint.NONE;

    /** The reason why the file cannot be read at the moment; null if it can. */
    private volatile @Nullable String unreadable;
    /** The fault of the content that was read last; null if it is in use. */
    private volatile @Nullable String unusable;

    SharedFile(FileReader reader, Capacity room, String name, Path path, FileParser<T> parser) {
        this.reader = reader;
        this.room = room;
        this.name = name;
        this.path = path;
        this.parser = parser;
    }

    /**
     * Reads the file unless it has been read.
     *
     * @param unanswered called if the file's server does not respond
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
    @SuppressWarnings("NullAway") // nobody has it before it was opened
    public T current() {
        return current;
    }

    /** The reason why the newest content is not in use, for users, or null. Never blocks. */
    @Nullable
    String failure() {
        String reason = unreadable == null ? unusable : unreadable;
        return reason == null ? null : reason + "; its last good content stays in use";
    }

    /** Reads the file again if two looks in a row agree that it changed: one that is still being written is left alone. */
    void lookBlocking() {
        if (current == null) {
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
            // Perhaps only for now: each look tries again.
            String reason = FileReader.reasonOf(path, failure);
            if (!reason.equals(unreadable)) {
                tell(reason);
            }
            unreadable = reason;
        }
    }

    /**
     * Returns the text if it fits into the budget of all files. This is known before reading, except for special files
     * of the system, which have no size. The content in use keeps its reservation, as it may stay in use.
     */
    private String textBlocking(FileFingerprint now) throws IOException {
        requireRoom(now.size());
        String text = reader.readWithinBlocking(name, path);
        requireRoom(text.length());
        return text;
    }

    /** Requires that the budget has this many bytes; longer files are not kept. */
    private void requireRoom(long octets) throws IOException {
        if (!hold(Math.max(held.get(), Math.min(octets, FileReader.MAX_BYTES)))) {
            throw FileReader.withoutRoom(path, room);
        }
    }

    /** Takes as much room as so many octets need, no more and no less; false, and nothing changes, if there is not so much. */
    private boolean hold(long octets) {
        while (true) {
            long before = held.get();
            if (before == GONE) {
                return true;
            }
            long more = octets - before;
            if (more > 0 && !room.tryTake(more)) {
                return false;
            }
            if (held.compareAndSet(before, octets)) {
                room.give(Math.max(0, -more));
                return true;
            }
            room.give(Math.max(0, more));
        }
    }

    /** Releases the content after the last use. */
    void letGo() {
        room.give(Math.max(0, held.getAndSet(GONE)));
    }

    private void takeBlocking(String text, FileFingerprint now) {
        read = now;
        unreadable = null;
        try {
            current = parser.parse(text);
            hold(Math.max(now.size(), text.length()));
            unusable = null;
            LOG.atInfo().addKeyValue(LogFields.FILE, path.toString()).log("a file that a policy uses was read again");
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
                .log("a file that a policy uses cannot be used; its last good content stays");
    }
}
