package io.policyengine.core.config.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the YAML files of a conf directory. Their total size is bounded by the heap. */
final class BoundedTexts {
    /**
     * Maximum number of characters in all configuration files together. The parsed configuration takes several times as
     * much memory.
     */
    static final long MAX = Runtime.getRuntime().maxMemory() / 8;

    private BoundedTexts() {}

    /**
     * Reads files. Files beyond the maximum are returned as unreadable.
     *
     * @param first names of files that are read before all others, if they exist
     * @param max maximum number of characters in total
     */
    static SortedMap<String, FileText> readBlocking(
            Path directory, Collection<String> names, List<String> first, long max) {
        SortedMap<String, FileText> files = new TreeMap<>();
        long characters = 0;
        for (String name : inOrder(names, first)) {
            FileText file =
                    characters > max ? tooMuch(max) : FileText.readBlocking(directory.resolve(name), FileText.LARGEST);
            if (file instanceof FileText.Content(String text)) {
                characters += text.length();
            }
            files.put(name, characters > max ? tooMuch(max) : file);
        }
        return files;
    }

    private static List<String> inOrder(Collection<String> names, List<String> first) {
        List<String> ordered = new ArrayList<>(names.size());
        first.stream().filter(names::contains).forEach(ordered::add);
        names.stream().filter(name -> !first.contains(name)).forEach(ordered::add);
        return ordered;
    }

    /**
     * Returns whether a file was not read because all files together are too large. The file itself may be readable.
     */
    static boolean isTooMuch(FileText.Unreadable file) {
        return file.why().startsWith("is beyond ");
    }

    private static FileText tooMuch(long max) {
        return new FileText.Unreadable("is beyond the " + max
                + " characters that all configuration files together may have with this heap: splitting files does not "
                + "help; raise the heap (POLICY_ENGINE_HEAP)");
    }
}
