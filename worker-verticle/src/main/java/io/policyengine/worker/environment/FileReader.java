package io.policyengine.worker.environment;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.files.FileFingerprint;
import io.policyengine.core.config.files.ReadableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of policies on dedicated threads, because opening a file on an unresponsive server may block forever.
 * A caller waits for {@link #LIMIT} and then abandons the thread. When {@value #MAX_THREADS} threads are busy or
 * abandoned, further reads fail. A file must be regular and have at most {@link #MAX_BYTES} bytes.
 */
class FileReader {
    /** The time that a caller waits for a file to be read. */
    static final Duration LIMIT = Duration.ofSeconds(2);
    /** Maximum size of one file that a policy reads, in bytes; its parsed form may be many times larger. */
    static final long MAX_BYTES =
            Math.min(16 << 20, Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 64));

    /** Maximum total size of all files that policies read, in bytes. */
    static final long MAX_OF_ALL = 4 * MAX_BYTES;

    /** Maximum number of threads that read files, including abandoned threads. */
    private static final int MAX_THREADS = 12;

    private final ReadableFiles readable;
    private final ThreadPoolExecutor threads;
    /** The abandoned reads by file. Until an abandoned read returns, further reads of its file fail at once. */
    private final ConcurrentHashMap<Path, Reading<?>> unanswered = new ConcurrentHashMap<>();

    FileReader(ReadableFiles readable) {
        this.readable = readable;
        this.threads = new ThreadPoolExecutor(
                0,
                MAX_THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("policy-engine-files-", 0).factory());
    }

    private static final class Reading<T> {
        private final BlockingQueue<Result<T>> result = new ArrayBlockingQueue<>(1);
        private volatile boolean isOver;

        private record Result<T>(
                @Nullable T value, @Nullable Throwable failure) {}

        void runBlocking(Callable<T> work) {
            try {
                result.add(new Result<>(work.call(), null));
            } catch (Exception | StackOverflowError failure) {
                result.add(new Result<>(null, failure));
            }
        }

        /** Returns the result of the read, or null if the time limit passes first. */
        @Nullable
        Result<T> pollBlocking() {
            try {
                return result.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    static final class TooSlow extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Thrown when a file is not read because too many other reads have not been answered. */
    private static final class Crowded extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Outside extends IOException {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        Outside(String remedy) {
            super(remedy);
            this.remedy = remedy;
        }
    }

    Path resolve(String name) {
        return readable.resolve(name);
    }

    FileFingerprint lookWithinBlocking(Path path) throws IOException {
        return withinBlocking(path, () -> lookBlocking(path));
    }

    /**
     * Returns the text of a file within the time limit. The name is resolved each time, because a link may replace the
     * file.
     */
    String readWithinBlocking(String name, Path path) throws IOException {
        return withinBlocking(path, () -> textBlocking(name));
    }

    private <T> T withinBlocking(Path path, Callable<T> work) throws IOException {
        if (unanswered.containsKey(path)) {
            throw new TooSlow();
        }
        Reading<T> reading = new Reading<>();
        try {
            threads.execute(() -> {
                try {
                    reading.runBlocking(work);
                } finally {
                    reading.isOver = true;
                    unanswered.remove(path, reading);
                }
            });
        } catch (RejectedExecutionException full) {
            throw new Crowded();
        }
        Reading.Result<T> result = reading.pollBlocking();
        if (result == null) {
            unanswered.put(path, reading);
            if (reading.isOver) {
                unanswered.remove(path, reading);
            }
            throw new TooSlow();
        }
        if (result.value() != null) {
            return result.value();
        }
        throw result.failure() instanceof IOException known ? known : new IOException(result.failure());
    }

    /** Returns the fingerprint of a file. Tests override it to simulate an unresponsive file. */
    FileFingerprint lookBlocking(Path path) throws IOException {
        return FileFingerprint.ofBlocking(path);
    }

    /** Returns the text of a file. Tests override it to simulate an unresponsive file. */
    String textBlocking(String name) throws IOException {
        return switch (readable.findBlocking(name)) {
            case ReadableFiles.ResolvedPath.Inside(Path real) -> textBlocking(real);
            case ReadableFiles.ResolvedPath.Unreachable(IOException why) -> throw why;
            case ReadableFiles.ResolvedPath.Outside(String remedy) -> throw new Outside(remedy);
        };
    }

    /**
     * Returns the text of a regular file. Other files are refused, since opening a pipe, for example, would wait for a
     * writer.
     */
    private static String textBlocking(Path real) throws IOException {
        BasicFileAttributes seen = Files.readAttributes(real, BasicFileAttributes.class);
        if (!seen.isRegularFile()) {
            throw new FileSystemException(
                    real.toString(), null, seen.isDirectory() ? "is a folder" : "is a pipe, a socket or a device");
        }
        try (InputStream file = Files.newInputStream(real)) {
            // The file may have grown, and some special files have neither size nor end.
            byte[] bytes = file.readNBytes(Math.toIntExact(MAX_BYTES + 1));
            if (bytes.length > MAX_BYTES) {
                throw new FileSystemException(
                        real.toString(), null, "is larger than " + MAX_BYTES + " bytes: split it, or raise the heap");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /** Returns whether a later attempt may succeed, because the file merely did not answer in time. */
    static boolean mayAnswerLater(IOException unreadable) {
        return unreadable instanceof TooSlow || unreadable instanceof Crowded;
    }

    /** Returns the failure for a file that exceeds the budget of all files. */
    static IOException withoutRoom(Path path, Capacity room) {
        return new FileSystemException(
                path.toString(),
                null,
                "does not fit: all files together may have " + room.limit()
                        + " bytes; use fewer or shorter ones, or raise the heap");
    }

    /** Returns the reason why a file is unreadable, for users. */
    static String reasonOf(Path path, IOException unreadable) {
        return switch (unreadable) {
            case NoSuchFileException _ -> path + ": there is no such file";
            case AccessDeniedException _ -> path + ": the file may not be read by this user";
            case MalformedInputException _ -> path + ": the file is not UTF-8 text";
            case TooSlow _ -> path + ": the file has not answered within " + LIMIT.toMillis() + " ms";
            case Crowded _ -> path + ": the file is not read, since " + MAX_THREADS + " others do not answer";
            case Outside outside ->
                path + ": policies may not read it: to permit it, write in the worker's file, under worker_core: "
                        + outside.remedy;
            case FileSystemException odd when odd.getReason() != null -> path + ": the file " + odd.getReason();
            default ->
                path + ": the file cannot be read (" + unreadable.getClass().getSimpleName() + ")";
        };
    }

    void close() {
        threads.shutdownNow();
    }
}
