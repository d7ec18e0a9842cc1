package io.policyengine.kernel.reload;

import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.UnansweredException;
import io.policyengine.core.config.files.ConfFingerprint;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.time.Ticker;
import io.vertx.config.spi.ConfigStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A conf directory as a store of vertx-config. A scan reads files only after a change. It accepts changes when all
 * changed files are stable ({@link FileRest}), so files that are written together become one change. Files that remain
 * unstable for long keep the content that was read last, and do not delay others. vertx-config gets a hash of the
 * content; {@link #texts} returns the texts.
 */
final class ConfStore implements ConfigStore, Shareable {
    /** Maximum number of times that one scan reads the conf directory if it does not wait for stable files. */
    private static final int MAX_READINGS = 5;

    private final Path directory;
    private final Function<Path, ConfTexts> reader;
    private final AtomicBoolean settled = new AtomicBoolean();
    /** Serializes the accesses to the directory: scans and operators' changes. */
    private final DirectoryAccess access;

    // Confined to one scan at a time.
    private Set<String> referred;
    private final FileRest rest;
    private final Ticker ticker;
    private @Nullable ConfFingerprint read;
    /**
     * The time since which scans have found changes that they could not read, because files were still changing; null
     * if the last scan was complete.
     */
    private @Nullable Long waitingSince;

    private volatile ConfTexts texts;
    /** The time at which a scan found the oldest of the changes that were read last. */
    private volatile long textsSince;
    /** The time at which a scan found the oldest change that has not been read, or null. */
    private volatile @Nullable Long unreadSince;

    private volatile Map<String, Duration> unseen = Map.of();

    /**
     * Creates a store with the content that was read at the start.
     *
     * @param access the access to the directory
     * @param reader reads the directory again; may block
     */
    ConfStore(DirectoryAccess access, ConfTexts texts, Function<Path, ConfTexts> reader, Ticker ticker) {
        this.rest = new FileRest(ticker);
        this.ticker = ticker;
        this.access = access;
        this.directory = texts.directory();
        this.reader = reader;
        this.referred = texts.referred().keySet();
        this.texts = texts;
        this.textsSince = ticker.nanoTime();
    }

    /**
     * Lets the next scan accept changes at once, without waiting for stable files, because the caller has finished
     * writing.
     */
    void expectSettled() {
        settled.set(true);
    }

    ConfTexts texts() {
        return texts;
    }

    /** Returns the time, on the ticker, at which a scan found the oldest of the changes that were read last. */
    long textsSince() {
        return textsSince;
    }

    /** Returns the time since the oldest unread change was found, or zero. Thread-safe. */
    Duration unreadFor() {
        Long since = unreadSince;
        return since == null ? Duration.ZERO : Duration.ofNanos(ticker.nanoTime() - since);
    }

    /**
     * Returns, by the names of unstable files, for how long their changes have been unread. If no single file is
     * unstable for long, but different files keep changing, the name is the directory's. Thread-safe.
     */
    Map<String, Duration> unseen() {
        return unseen;
    }

    /** Returns the longest time in {@link #unseen}, in seconds; 0 if that is empty. */
    long unseenSeconds() {
        return unseen.values().stream().mapToLong(Duration::toSeconds).max().orElse(0);
    }

    /** Returns human-readable remarks about a conf directory that does not respond, and about unread changes. */
    List<String> remarks() {
        UnansweredException refusal = access.refusal();
        Stream<String> unanswered =
                refusal == null ? Stream.of() : Stream.of(refusal.getMessage() + "; the earlier content is in force");
        Stream<String> restless = unseen.entrySet().stream()
                .map(file -> "'" + file.getKey() + "' has not been stable for "
                        + file.getValue().toSeconds()
                        + " s: its earlier content stays in force until it is stable for a second");
        return Stream.concat(unanswered, restless).toList();
    }

    /**
     * Scans the directory and returns the hash of its content. If the directory does not respond, returns the hash of
     * the content that was read last, even if an abandoned scan read it.
     */
    @Override
    public Future<Buffer> get() {
        return access.run(_ -> lookBlocking())
                .recover(failure -> failure instanceof UnansweredException
                        ? Future.succeededFuture(content())
                        : Future.failedFuture(failure));
    }

    /** Reads or writes the directory exclusively, so that no scan finds partial writes. */
    <T> Future<T> use(DirectoryAccess.Work<T> work) {
        return access.run(work);
    }

    /** Fails if the directory does not respond, so that it is not mistaken for an unchanged one. */
    Future<Void> answering() {
        UnansweredException refusal = access.refusal();
        return refusal == null ? Future.succeededFuture() : Future.failedFuture(refusal);
    }

    private Buffer lookBlocking() {
        boolean sure = settled.getAndSet(false);
        for (int reading = 0; reading < (sure ? MAX_READINGS : 1); reading++) {
            if (lookOnceBlocking(sure)) {
                break;
            }
        }
        unseen = unseenNow();
        // The first scans only confirm the content that was read at the start.
        unreadSince = read == null ? null : rest.restlessSince(waitingSince);
        return content();
    }

    private Buffer content() {
        return new JsonObject().put("hash", texts.hash()).toBuffer();
    }

    private Map<String, Duration> unseenNow() {
        Map<String, Duration> ages = new TreeMap<>(rest.unseen());
        if (waitingSince != null) {
            Duration age = Duration.ofNanos(ticker.nanoTime() - waitingSince);
            if (age.compareTo(FileRest.PATIENCE.multipliedBy(2)) >= 0) {
                ages.put(directory.toString(), age);
            }
        }
        return Collections.unmodifiableMap(ages);
    }

    /** Scans the directory once. Returns whether the content that was read last is up to date. */
    private boolean lookOnceBlocking(boolean sure) {
        boolean isKnown = lookAndReadBlocking(sure);
        if (isKnown) {
            waitingSince = null;
        } else if (waitingSince == null) {
            waitingSince = ticker.nanoTime();
        }
        return isKnown;
    }

    private boolean lookAndReadBlocking(boolean sure) {
        ConfFingerprint now = ConfFingerprint.ofBlocking(directory, referred);
        rest.note(now);
        Set<FileRest.Name> restless = sure ? Set.of() : rest.restless();
        ConfFingerprint calm = calm(now, restless);
        if (calm.equals(read) && !sure && !texts.canReadMoreBlocking()) {
            return true;
        }
        if (!sure && rest.isMoving(restless)) {
            return false;
        }
        ConfTexts fresh = calmBlocking(reader.apply(directory), restless);
        if (!fresh.referred().keySet().equals(referred)) {
            // New references were read before their first scan, so the next scan reads them again.
            referred = fresh.referred().keySet();
            rest.note(ConfFingerprint.ofBlocking(directory, referred));
            return false;
        }
        ConfFingerprint after = ConfFingerprint.ofBlocking(directory, referred);
        if (!calm(after, restless).equals(calm)) {
            rest.note(after);
            return false;
        }
        if (!fresh.hash().equals(texts.hash())) {
            textsSince = waitingSince == null ? ticker.nanoTime() : waitingSince;
        }
        texts = fresh;
        read = calm;
        rest.believed(restless);
        return true;
    }

    /**
     * Returns the scanned fingerprint of the directory. For restless files (unstable for long), it has the state in
     * which they were last read.
     */
    private ConfFingerprint calm(ConfFingerprint look, Set<FileRest.Name> restless) {
        return restless.isEmpty() ? look : look.keeping(names(restless, false), names(restless, true), read);
    }

    private ConfTexts calmBlocking(ConfTexts fresh, Set<FileRest.Name> restless) {
        return restless.isEmpty() ? fresh : fresh.keepingBlocking(names(restless, false), names(restless, true), texts);
    }

    private static Set<String> names(Set<FileRest.Name> files, boolean areReferred) {
        return files.stream()
                .filter(file -> file.isReferred() == areReferred)
                .map(FileRest.Name::name)
                .collect(Collectors.toSet());
    }

    @Override
    public Future<Void> close() {
        access.close();
        return Future.succeededFuture();
    }
}
