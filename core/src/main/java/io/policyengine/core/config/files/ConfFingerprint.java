package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** True if what an earlier look saw has been written to, rather than replaced: more may be to come. */
    public boolean isWrittenInPlaceSince(ConfFingerprint earlier) {
        return isAnyWrittenInPlace(earlier.files, files) || isAnyWrittenInPlace(earlier.referred, referred);
    }

    private static boolean isAnyWrittenInPlace(Map<String, FileFingerprint> earlier, Map<String, FileFingerprint> now) {
        return now.entrySet().stream().anyMatch(file -> {
            FileFingerprint before = earlier.get(file.getKey());
            return before != null && file.getValue().isWrittenInPlaceSince(before);
        });
    }
}
