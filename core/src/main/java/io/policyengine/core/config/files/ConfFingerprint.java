package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a look at a conf directory sees without reading its files. Symbolic links are followed: a change of where one leads is a
 * change of the file.
 *
 * @param isThere whether the directory could be listed
 * @param files what is known of each file, by name; {@link Seen#NOTHING} for one that is referred to and not there
 */
public record ConfFingerprint(boolean isThere, SortedMap<String, Seen> files) {
    /**
     * One file.
     *
     * @param key identifies the file to the file system
     */
    public record Seen(
            @Nullable FileTime modified,
            long size,
            @Nullable Object key) {
        /** No file. */
        public static final Seen NOTHING = new Seen(null, -1, null);
    }

    /** Looks at a directory, and at the files that it was seen to refer to. */
    public static ConfFingerprint ofBlocking(Path directory, Collection<String> referred) {
        SortedMap<String, Seen> files = new TreeMap<>();
        try {
            for (String name : ConfTexts.namesBlocking(directory)) {
                files.put(name, seenBlocking(directory, name));
            }
        } catch (IOException _) {
            return new ConfFingerprint(false, new TreeMap<>());
        }
        for (String name : referred) {
            files.put("${file:" + name + "}", seenBlocking(directory, name));
        }
        return new ConfFingerprint(true, files);
    }

    private static Seen seenBlocking(Path directory, String name) {
        try {
            BasicFileAttributes seen = Files.readAttributes(directory.resolve(name), BasicFileAttributes.class);
            return new Seen(seen.lastModifiedTime(), seen.size(), seen.fileKey());
        } catch (IOException | InvalidPathException _) {
            return Seen.NOTHING;
        }
    }
}
