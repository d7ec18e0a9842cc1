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
 * A conf directory as a store of vertx-config. A scan reads files only after a change, and accepts changes only when
 * all changed files are stable ({@link FileRest}), so that files written together are one change. Unstable files keep
 * their last content, and do not hide others. vertx-config gets a hash of the content; the texts are at {@link #texts}.
 */
final class ConfStore implements ConfigStore, Shareable {
    private static final int MAX_READINGS = 5;

    private final Path directory;
    private final Function<Path, ConfTexts> reader;
    private final AtomicBoolean settled = new AtomicBoolean();
    /** Looks and writes: one of each for the scans, and few for each change that operators ask for. */
    private final DirectoryAccess access;

    // Touched by one look at a time.
    private Set<String> referred;
    private final FileRest rest;
    private final Ticker ticker;
    private @Nullable ConfFingerprint read;
    /** The time since which looks have found something that was not read, as files were moving; null if the last look did not. */
    private @Nullable Long waitingSince;

    private volatile ConfTexts texts;
    /** The time at which the first change was seen that these texts have and the ones before did not. */
    private volatile long textsSince;
    /** The time at which the oldest change was seen that they do not have; null if they have all. */
    private volatile @Nullable Long unreadSince;

    private volatile Map<String, Duration> unseen = Map.of();

    /**
     * A store that has read its directory once.
     *
     * @param access to the directory
     * @param reader reads it again; may block
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

    /** Accepts the next scan without confirmation, because the caller has finished writing. */
    void expectSettled() {
        settled.set(true);
    }

    /** The texts that were read last. */
    ConfTexts texts() {
        return texts;
    }

    /** The time, on the ticker, at which the first of the changes that were read last was seen. */
    long textsSince() {
        return textsSince;
    }

    /** The age of the oldest change that was seen and has not been read; zero if all have been. May be asked on any thread. */
    Duration unreadFor() {
        Long since = unreadSince;
        return since == null ? Duration.ZERO : Duration.ofNanos(ticker.nanoTime() - since);
    }

    /**
     * The time for which changes have been unread, by the names of unstable files, or by the directory's name if files
     * that change in turn prevent reading. Thread-safe.
     */
    Map<String, Duration> unseen() {
        return unseen;
    }

    /** The longest of these times, in seconds; 0 if there is none. */
    long unseenSeconds() {
        return unseen.values().stream().mapToLong(Duration::toSeconds).max().orElse(0);
    }

    /** The remarks on these times, for users. */
    List<String> remarks() {
        UnansweredException refusal = access.refusal();
        Stream<String> unanswered =
                refusal == null ? Stream.of() : Stream.of(refusal.getMessage() + "; what was read before is in force");
        Stream<String> restless = unseen.entrySet().stream()
                .map(file -> "'" + file.getKey() + "' changes all the time, for "
                        + file.getValue().toSeconds()
                        + " s now: what it said before is in force, until it stays the same for a second");
        return Stream.concat(unanswered, restless).toList();
    }

    /**
     * Returns the content of the directory. If it does not answer, that is the last content read, even by an abandoned
     * scan.
     */
    @Override
    public Future<Buffer> get() {
        return access.run(_ -> lookBlocking())
                .recover(failure -> failure instanceof UnansweredException
                        ? Future.succeededFuture(content())
                        : Future.failedFuture(failure));
    }

    /** Reads or writes the directory exclusively, so that no scan sees partial writes. */
    <T> Future<T> use(DirectoryAccess.Work<T> work) {
        return access.run(work);
    }

    /** Fails if the directory does not answer, so that the look before has seen nothing. */
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
        // The first looks only confirm what was read at the start.
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

    /** True if what is known is what is there. */
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
            // They were read before anybody had looked at them, so the next look reads them again.
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

    /** Returns the fingerprint of the last scan, for unstable files the one of their last read. */
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
