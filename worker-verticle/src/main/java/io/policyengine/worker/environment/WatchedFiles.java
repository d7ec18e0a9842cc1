package io.policyengine.worker.environment;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.files.FileFingerprint;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that policies read: looked at every {@value #INTERVAL_MS} ms, read when two looks in a row agree that they changed, so
 * that a file which is still being written is left alone. The last good content stays.
 */
final class WatchedFiles {
    static final long INTERVAL_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

    private final Vertx vertx;
    private final ReadableFiles readable;
    private final long timer;
    private final Set<Watch<?>> watches = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();

    /** Those of the files that may be read. */
    WatchedFiles(Vertx vertx, ReadableFiles readable) {
        this.vertx = vertx;
        this.readable = readable;
        this.timer = vertx.setPeriodic(INTERVAL_MS, _ -> look());
    }

    /** Reads the file now and watches it from now on. */
    <T> Watch<T> watchBlocking(String path, FileParser<T> parser) {
        Watch<T> watch = new Watch<>(readable, path, parser);
        watches.add(watch);
        return watch;
    }

    void forget(Watch<?> watch) {
        watches.remove(watch);
    }

    void close() {
        vertx.cancelTimer(timer);
        watches.clear();
    }

    private void look() {
        if (!watches.isEmpty() && looking.compareAndSet(false, true)) {
            OffLoop.run(vertx, () -> watches.forEach(Watch::lookBlocking)).onComplete(_ -> looking.set(false));
        }
    }

    /** A file that may not be read. */
    private static final class Outside extends IOException {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        Outside(String remedy) {
            super(remedy);
            this.remedy = remedy;
        }
    }

    /** One use of a file. */
    static final class Watch<T> implements WatchedFile<T> {
        private final ReadableFiles readable;
        private final String name;
        private final Path path;
        private final FileParser<T> parser;
        private volatile T current;

        // Touched while reading for the first time, then by one look at a time.
        private FileFingerprint read;
        private FileFingerprint seen;

        /** The reason why the file cannot be read at the moment; null if it can. */
        private volatile @Nullable String unreadable;
        /** The fault of the content that was read last; null if it is in use. */
        private volatile @Nullable String unusable;

        private Watch(ReadableFiles readable, String name, FileParser<T> parser) {
            this.readable = readable;
            this.name = name;
            this.parser = parser;
            try {
                this.path = readable.resolve(name);
            } catch (InvalidPathException malformed) {
                throw new InvalidParamsException("", "not a path of a file: " + malformed.getReason());
            }
            this.read = FileFingerprint.ofBlocking(path);
            this.seen = read;
            try {
                this.current = parser.parse(textBlocking());
            } catch (IOException unreadable) {
                throw new InvalidParamsException("", reasonOf(unreadable));
            } catch (IllegalArgumentException malformed) {
                throw new InvalidParamsException("", path + ": " + malformed.getMessage());
            }
        }

        @Override
        public T current() {
            return current;
        }

        /** The reason why the newest content is not in use, for people; null if it is. Never blocks. */
        @Nullable
        String failure() {
            String reason = unreadable == null ? unusable : unreadable;
            return reason == null ? null : reason + "; its last good content stays in use";
        }

        private void lookBlocking() {
            FileFingerprint now = FileFingerprint.ofBlocking(path);
            boolean settled = now.equals(seen);
            seen = now;
            if (now.equals(read)) {
                unreadable = null;
            } else if (settled) {
                readBlocking(now);
            }
        }

        private void readBlocking(FileFingerprint now) {
            String text;
            try {
                text = textBlocking();
            } catch (IOException failure) {
                // Perhaps only for now: each look tries again.
                String reason = reasonOf(failure);
                if (!reason.equals(unreadable)) {
                    keep(reason);
                }
                unreadable = reason;
                return;
            }
            read = now;
            unreadable = null;
            try {
                current = parser.parse(text);
                unusable = null;
                LOG.atInfo()
                        .addKeyValue(LogFields.FILE, path.toString())
                        .log("a file that a policy uses was read again");
            } catch (IllegalArgumentException malformed) {
                keepUnusable(String.valueOf(malformed.getMessage()));
            } catch (RuntimeException fault) {
                keepUnusable("its parser failed with " + fault.getClass().getName());
            }
        }

        private void keepUnusable(String reason) {
            unusable = path + ": " + reason;
            keep(reason);
        }

        /** The text; the path is followed anew each time, as a file may become a link. */
        private String textBlocking() throws IOException {
            return switch (readable.findBlocking(name)) {
                case ReadableFiles.Found.Inside(Path real) -> textBlocking(real);
                case ReadableFiles.Found.Unreachable(IOException why) -> throw why;
                case ReadableFiles.Found.Outside(String remedy) -> throw new Outside(remedy);
            };
        }

        /** Whoever opens a pipe waits for its other end. */
        private static String textBlocking(Path real) throws IOException {
            BasicFileAttributes seen = Files.readAttributes(real, BasicFileAttributes.class);
            if (!seen.isRegularFile()) {
                throw new FileSystemException(
                        real.toString(), null, seen.isDirectory() ? "is a folder" : "is a pipe, a socket or a device");
            }
            return Files.readString(real);
        }

        private void keep(String reason) {
            LOG.atError()
                    .addKeyValue(LogFields.FILE, path.toString())
                    .addKeyValue(LogFields.REASON, reason)
                    .log("a file that a policy uses cannot be used; its last good content stays");
        }

        private String reasonOf(IOException unreadable) {
            return switch (unreadable) {
                case NoSuchFileException _ -> path + ": there is no such file";
                case AccessDeniedException _ -> path + ": the file may not be read by this user";
                case MalformedInputException _ -> path + ": the file is not UTF-8 text";
                case Outside outside ->
                    path + ": policies may not read it: if it is meant, write in the worker's file, under worker_core: "
                            + outside.remedy;
                case FileSystemException odd when odd.getReason() != null -> path + ": the file " + odd.getReason();
                default ->
                    path + ": the file cannot be read (" + unreadable.getClass().getSimpleName() + ")";
            };
        }
    }
}
