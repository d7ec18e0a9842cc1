package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfFingerprint;
import io.policyengine.core.config.files.FileFingerprint;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Determines whether each file of a conf directory is stable. A changed file is stable after {@value #LOOKS} scans with
 * equal results. A file that is written in place needs {@value #LOOKS_IN_PLACE}, because the writer may pause. A file
 * that is unstable for {@link #PATIENCE} is called restless; other files do not wait for it. Confined to one scan at a
 * time.
 */
final class FileRest {
    static final int LOOKS = 2;
    /**
     * The number of scans with equal results after which a file that is written in place is stable. With the pauses
     * between scans, this takes 3 s.
     */
    static final int LOOKS_IN_PLACE = 7;

    /**
     * Maximum time for which a changing file of the conf directory delays the reading of other files. It is longer than
     * a writer's usual pause, and longer than it takes to write a set of files.
     */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Ticker ticker;
    private final Map<Name, Seen> files = new HashMap<>();
    private boolean hasLooked;
    private Folders folders = new Folders(false, Map.of(), 0);

    /**
     * The name of a file in the directory, or of a file that the configuration references.
     *
     * @param isReferred whether {@code name} is the path of a referenced file
     */
    record Name(String name, boolean isReferred) {}

    /**
     * The result of the latest scans for a file.
     *
     * @param agreeing the number of consecutive equal scans
     * @param isInPlace whether the file has been written in place since it was last read
     * @param changedSince time of the first change since the file was last stable
     */
    private record Seen(FileFingerprint file, int agreeing, boolean isInPlace, long changedSince) {
        boolean isAtRest() {
            return agreeing >= (isInPlace ? LOOKS_IN_PLACE : LOOKS);
        }

        boolean isRestless(long now) {
            return !isAtRest() && now - changedSince >= PATIENCE.toNanos();
        }

        Seen next(FileFingerprint now, long time) {
            return now.equals(file)
                    ? new Seen(file, agreeing + 1, isInPlace, changedSince)
                    : new Seen(now, 1, isInPlace || now.isWrittenInPlaceSince(file), isAtRest() ? time : changedSince);
        }
    }

    /**
     * The result of the latest scans for the folders.
     *
     * @param agreeing the number of consecutive equal scans
     */
    private record Folders(boolean isThere, Map<String, String> faults, int agreeing) {}

    FileRest(Ticker ticker) {
        this.ticker = ticker;
    }

    void note(ConfFingerprint now) {
        long time = ticker.nanoTime();
        int agreeing = folders.isThere() == now.isThere() && folders.faults().equals(now.faults())
                ? folders.agreeing() + 1
                : 1;
        folders = new Folders(now.isThere(), Map.copyOf(now.faults()), agreeing);
        Map<Name, FileFingerprint> seen = named(now);
        // A missing file counts as {@code NONE} until its absence is accepted.
        files.keySet().forEach(name -> seen.putIfAbsent(name, FileFingerprint.NONE));
        seen.forEach((name, file) ->
                files.merge(name, new Seen(file, 1, false, time), (before, _) -> before.next(file, time)));
        hasLooked = true;
    }

    private static Map<Name, FileFingerprint> named(ConfFingerprint look) {
        Map<Name, FileFingerprint> named = new HashMap<>();
        look.files().forEach((name, file) -> named.put(new Name(name, false), file));
        look.referred().forEach((name, file) -> named.put(new Name(name, true), file));
        return named;
    }

    /** Returns whether a folder is unstable, or a file that is not restless (unstable for long). */
    boolean isMoving(Set<Name> restless) {
        return !hasLooked
                || folders.agreeing() < LOOKS
                || files.entrySet().stream()
                        .anyMatch(file -> !file.getValue().isAtRest() && !restless.contains(file.getKey()));
    }

    /** Returns the files that have been unstable for so long that other files need not wait for them. */
    Set<Name> restless() {
        long now = ticker.nanoTime();
        return files.entrySet().stream()
                .filter(file -> file.getValue().isRestless(now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * Returns, by file name, for how long each restless file (unstable for long) has been changing without being read.
     */
    Map<String, Duration> unseen() {
        long now = ticker.nanoTime();
        Map<String, Duration> unseen = new TreeMap<>();
        files.forEach((name, seen) -> {
            if (seen.isRestless(now)) {
                unseen.put(name.name(), Duration.ofNanos(now - seen.changedSince()));
            }
        });
        return unseen;
    }

    /**
     * Returns the time of the first change of a restless file (unstable for long), or {@code other} if that is earlier.
     * Returns null if both are missing.
     */
    @Nullable
    Long restlessSince(@Nullable Long other) {
        long now = ticker.nanoTime();
        Long first = other;
        for (Seen seen : files.values()) {
            if (seen.isRestless(now) && (first == null || seen.changedSince() - first < 0)) {
                first = seen.changedSince();
            }
        }
        return first;
    }

    /** Records that all files were read except the restless ones (unstable for long). */
    void believed(Set<Name> restless) {
        files.entrySet()
                .removeIf(file -> !restless.contains(file.getKey())
                        && file.getValue().file().equals(FileFingerprint.NONE));
        long time = ticker.nanoTime();
        files.replaceAll(
                (name, seen) -> restless.contains(name) ? seen : new Seen(seen.file(), seen.agreeing(), false, time));
    }
}
