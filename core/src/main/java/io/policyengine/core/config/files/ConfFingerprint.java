package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a conf directory as far as it is visible without reading files. A change of the state indicates a change
 * of the configuration.
 *
 * @param isThere whether the directory could be listed
 * @param files the state of each YAML file, by name
 * @param faults entries that could not be examined, with reasons
 * @param referred the state of each referenced file, by the path as written
 */
public record ConfFingerprint(
        boolean isThere,
        SortedMap<String, FileFingerprint> files,
        SortedMap<String, String> faults,
        SortedMap<String, FileFingerprint> referred) {
    /** Reads the fingerprint of a directory and of the given referenced files. */
    public static ConfFingerprint ofBlocking(Path directory, Collection<String> referred) {
        try {
            ConfEntries found = ConfEntries.ofBlocking(directory);
            return new ConfFingerprint(
                    true,
                    ofFilesBlocking(directory, found.files()),
                    found.faults(),
                    ofFilesBlocking(directory, referred));
        } catch (IOException _) {
            return new ConfFingerprint(false, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        }
    }

    private static SortedMap<String, FileFingerprint> ofFilesBlocking(Path directory, Collection<String> names) {
        SortedMap<String, FileFingerprint> files = new TreeMap<>();
        for (String name : names) {
            files.put(name, FileFingerprint.ofBlocking(directory, name));
        }
        return files;
    }

    /**
     * Returns a copy with the earlier state of some files.
     *
     * @param fileNames names of {@link #files} to replace
     * @param referredNames names of {@link #referred} to replace
     * @param earlier the earlier state; null if there is none
     */
    public ConfFingerprint keeping(
            Set<String> fileNames, Set<String> referredNames, @Nullable ConfFingerprint earlier) {
        return new ConfFingerprint(
                isThere,
                keeping(files, fileNames, earlier == null ? Map.of() : earlier.files),
                faults,
                keeping(referred, referredNames, earlier == null ? Map.of() : earlier.referred));
    }

    /** Returns a copy of the current values in which the values of the given names are replaced by earlier ones. */
    static <V> SortedMap<String, V> keeping(SortedMap<String, V> now, Set<String> names, Map<String, V> earlier) {
        SortedMap<String, V> kept = new TreeMap<>(now);
        for (String name : names) {
            V before = earlier.get(name);
            if (before == null) {
                kept.remove(name);
            } else {
                kept.put(name, before);
            }
        }
        return kept;
    }
}
