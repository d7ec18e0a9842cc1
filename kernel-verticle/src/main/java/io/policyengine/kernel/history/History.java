package io.policyengine.kernel.history;

import io.micrometer.core.instrument.Counter;
import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.metrics.KernelMeters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last ten configurations that became active, including those of earlier kernels. With a state directory, each is
 * also written to disk after it becomes active. A failed write is retried and delays nothing. Confined to the kernel's
 * event loop.
 */
public final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    /** Maximum configurations in the history, including the current one. */
    private static final int MAX_SNAPSHOTS = 10;

    /** Maximum time that a kernel's shutdown waits for the release of the state directory. */
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final @Nullable GenerationStore store;
    private final KeyedHash hashes;
    private final long highestId;
    /** The counter of failed writes. It is registered at the start, so that alerts see it grow from 0. */
    private final Counter failures;

    private final Duration retryAfter;
    private final Duration closeAfter;
    private final DirectoryAccess access;
    /** The configurations in the history, newest first. */
    private final Deque<Snapshot> snapshots;

    private long savedId;
    private boolean isRetrying;
    private boolean isClosed;
    /** The writes to disk, one at a time. Only {@link #close} waits for a write. */
    private final SerialQueue writes = new SerialQueue();

    private @Nullable String failure;

    /**
     * Creates the history from the generations that earlier kernels stored.
     *
     * @param retryAfter pause after a failed write; a new generation does not wait for it
     * @param closeAfter time limit for the last write when the history is closed, since a write to a hanging disk may
     *     never complete
     */
    public History(Vertx vertx, GenerationArchive kept, KernelMeters meters, Duration retryAfter, Duration closeAfter) {
        this(
                vertx,
                kept,
                meters,
                retryAfter,
                closeAfter,
                new DirectoryAccess(vertx, "policy-engine-generations", placeOf(kept.store())));
    }

    History(
            Vertx vertx,
            GenerationArchive kept,
            KernelMeters meters,
            Duration retryAfter,
            Duration closeAfter,
            DirectoryAccess access) {
        this.access = access;
        access.onAnswered(this::save);
        this.vertx = vertx;
        this.store = kept.store();
        this.hashes = kept.hashes();
        this.highestId = kept.earlier().highestId();
        this.savedId = highestId;
        this.failures = meters.generationStoreFailures();
        this.retryAfter = retryAfter;
        this.closeAfter = closeAfter;
        this.snapshots = new ArrayDeque<>(
                kept.earlier().snapshots().stream().limit(MAX_SNAPSHOTS).toList());
        kept.earlier()
                .unusable()
                .forEach(one -> LOG.atWarn()
                        .addKeyValue(LogFields.REASON, one.why())
                        .log("generation {} on disk is left out of the history", one.id()));
    }

    private static String placeOf(@Nullable GenerationStore store) {
        return store == null ? "no state directory" : "the state directory " + store.directory();
    }

    public KeyedHash hashes() {
        return hashes;
    }

    /**
     * Returns the id for a kernel's first generation. It equals the last id of an earlier kernel only if the content is
     * the same; otherwise it is greater.
     *
     * @param texts the first configuration
     */
    public long firstId(ConfTexts texts) {
        String hash = hashes.of(texts);
        Snapshot newest = snapshots.peekFirst();
        return newest != null && newest.id() == highestId && newest.hash().equals(hash) ? highestId : highestId + 1;
    }

    /**
     * Adds an active generation. Generations that differ only in the workers' declarations count as one configuration.
     */
    public void add(Snapshot snapshot) {
        Snapshot newest = snapshots.peekFirst();
        if (newest != null && newest.hash().equals(snapshot.hash())) {
            return;
        }
        snapshots.addFirst(snapshot);
        if (snapshots.size() > MAX_SNAPSHOTS) {
            snapshots.removeLast();
        }
        save();
    }

    /** Returns the last configurations, newest first. */
    public List<Snapshot> snapshots() {
        return List.copyOf(snapshots);
    }

    /** Returns the state directory, or null if generations are kept in memory only. */
    public @Nullable Path directory() {
        return store == null ? null : store.directory();
    }

    /** Returns the human-readable reason why the last generation is not on disk, or null. */
    public @Nullable String failure() {
        return failure;
    }

    /** Releases the state directory after the current write has finished or timed out. */
    public Future<?> close() {
        isClosed = true;
        GenerationStore open = store;
        if (open == null) {
            access.close();
            return Future.succeededFuture();
        }
        return writes.run(Future::succeededFuture)
                .timeout(closeAfter.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> LOG.atWarn()
                        .addKeyValue(LogFields.STATE, open.directory())
                        .log("the kernel stops while a generation is being written to disk; the generation may be"
                                + " lost"))
                .otherwiseEmpty()
                .eventually(() -> release(open))
                .onComplete(_ -> access.close());
    }

    /** Closes the store within a time limit, because a call to a hanging disk may never return. */
    private Future<Void> release(GenerationStore open) {
        return OffLoop.run(vertx, open::close)
                .timeout(RELEASE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue(LogFields.STATE, open.directory())
                        .addKeyValue(LogFields.REASON, String.valueOf(failure.getMessage()))
                        .log("the state directory could not be released; its lock ends with this process"))
                .otherwiseEmpty();
    }

    private void save() {
        GenerationStore to = store;
        if (to != null && writes.isIdle() && !isClosed) {
            writes.run(() -> saveUnsaved(to));
        }
    }

    private Future<Void> saveUnsaved(GenerationStore to) {
        Promise<Void> done = Promise.promise();
        saveNext(to, done);
        return done.future();
    }

    /**
     * Writes the oldest unsaved generation, then calls itself for the next one. A chain of futures would keep all
     * completed futures in memory.
     */
    private void saveNext(GenerationStore to, Promise<Void> done) {
        Snapshot next = firstUnsaved();
        if (next == null) {
            done.complete();
            return;
        }
        Future.succeededFuture()
                .compose(_ -> access.run(_ -> {
                    to.saveBlocking(next);
                    return next;
                }))
                .onComplete((_, failure) -> {
                    if (failure == null) {
                        saved(next);
                        saveNext(to, done);
                    } else {
                        failed(failure);
                        done.fail(failure);
                    }
                });
    }

    private @Nullable Snapshot firstUnsaved() {
        for (Iterator<Snapshot> oldestFirst = snapshots.descendingIterator(); oldestFirst.hasNext(); ) {
            Snapshot snapshot = oldestFirst.next();
            if (snapshot.id() > savedId) {
                return snapshot;
            }
        }
        return null;
    }

    private void saved(Snapshot snapshot) {
        savedId = snapshot.id();
        if (failure != null) {
            failure = null;
            LOG.atInfo().addKeyValue(LogFields.GENERATION, savedId).log("generations can be written to disk again");
        }
    }

    private void failed(Throwable cause) {
        failures.increment();
        if (failure == null) {
            LOG.atWarn()
                    .addKeyValue(LogFields.REASON, cause.getMessage())
                    .log("a generation could not be written to disk; it is in force, and the write will be retried");
        }
        failure = cause.getMessage();
        if (!isRetrying) {
            isRetrying = true;
            vertx.setTimer(retryAfter.toMillis(), _ -> {
                isRetrying = false;
                save();
            });
        }
    }
}
