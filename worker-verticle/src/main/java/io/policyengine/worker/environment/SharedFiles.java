package io.policyengine.worker.environment;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.vertx.core.Vertx;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The files that policies read, within a budget of bytes that depends on the heap. Entries with the same file and equal
 * parsers share one copy. Each file is checked for changes every {@value #INTERVAL_MS} ms.
 */
final class SharedFiles {
    static final long INTERVAL_MS = 500;

    private final Vertx vertx;
    private final FileReader reader;
    private final Capacity room;
    private final long timer;
    private final ConcurrentHashMap<Key, Shared> files = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();

    private record Key(Path path, FileParser<?> parser) {}

    private record Shared(SharedFile<?> file, int uses) {}

    record Use<T>(SharedFile<T> file, Path path, FileParser<T> parser) {}

    /** Creates an empty set; {@code room} is the budget for the sizes of all files, in bytes. */
    SharedFiles(Vertx vertx, FileReader reader, Capacity room) {
        this.vertx = vertx;
        this.reader = reader;
        this.room = room;
        this.timer = vertx.setPeriodic(INTERVAL_MS, _ -> look());
    }

    /**
     * Adds a use of a file; {@link #forget} ends the use. The first use reads the file.
     *
     * @param unanswered called if the file does not answer in time
     * @throws InvalidParamsException if the file is unusable
     */
    @SuppressWarnings("unchecked") // the same parser makes the same type
    <T> Use<T> useBlocking(String name, FileParser<T> parser, Runnable unanswered) {
        Path path;
        try {
            path = reader.resolve(name);
        } catch (InvalidPathException malformed) {
            throw new InvalidParamsException("", "not a path of a file: " + malformed.getReason());
        }
        Shared shared = files.compute(
                new Key(path, parser),
                (_, there) -> there == null
                        ? new Shared(new SharedFile<>(reader, room, name, path, parser), 1)
                        : new Shared(there.file(), there.uses() + 1));
        Use<T> use = new Use<>((SharedFile<T>) shared.file(), path, parser);
        try {
            use.file().openBlocking(unanswered);
            return use;
        } catch (RuntimeException | StackOverflowError unusable) {
            forget(use);
            throw unusable;
        }
    }

    /** Ends a use of a file. The content is released when the file's last use ends. */
    void forget(Use<?> use) {
        files.computeIfPresent(new Key(use.path(), use.parser()), (_, there) -> {
            if (there.uses() == 1) {
                there.file().release();
                return null;
            }
            return new Shared(there.file(), there.uses() - 1);
        });
    }

    void close() {
        vertx.cancelTimer(timer);
        files.clear();
        reader.close();
    }

    private void look() {
        if (!files.isEmpty() && looking.compareAndSet(false, true)) {
            OffLoop.run(
                            vertx,
                            () -> files.values().forEach(shared -> shared.file().lookBlocking()))
                    .onComplete(_ -> looking.set(false));
        }
    }
}
