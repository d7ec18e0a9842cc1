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
 * The state of a conf directory that can be seen without reading its files.
 *
 * @param isThere whether the directory could be listed
 * @param files what is known of each YAML file, by name
 * @param faults folders that cannot be looked into, and why
 * @param referred what is known of each file that is referred to, by the path that is written
 */
public record ConfFingerprint(
        boolean isThere,
        SortedMap<String, FileFingerprint> files,
        SortedMap<String, String> faults,
        SortedMap<String, FileFingerprint> referred) {
    /** Looks at a directory, and at the files that it was seen to refer to. */
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
     * The same, but for some files what an earlier look saw of them.
     *
     * @param fileNames of {@link #files}
     * @param referredNames of {@link #referred}
     * @param earlier null: nothing of them
     */
    public ConfFingerprint keeping(
            Set<String> fileNames, Set<String> referredNames, @Nullable ConfFingerprint earlier) {
        return new ConfFingerprint(
                isThere,
                keeping(files, fileNames, earlier == null ? Map.of() : earlier.files),
                faults,
                keeping(referred, referredNames, earlier == null ? Map.of() : earlier.referred));
    }

    /** The fingerprint of files as they are now, but of some of them, by name, as they were earlier. */
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
