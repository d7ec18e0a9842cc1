package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The entries of a conf directory, of its routes directory, and of the subdirectories of routes. No file is opened.
 * Hidden entries are skipped. Depth and number are bounded. Links are followed, except into a folder that contains the
 * link.
 *
 * @param files relative names of all entries with a YAML extension, whether they are files or not
 * @param faults entries that could not be examined, each with a reason that follows the name in a sentence
 */
record ConfEntries(SortedSet<String> files, SortedMap<String, String> faults) {
    /** Maximum number of directory levels below the routes directory. */
    static final int DEEPEST = 8;

    private static final String STRANGE_NAME =
            "has a name that cannot be read in this locale: start the engine with LC_ALL=C.UTF-8, or rename it";

    /** Maximum number of entries in the routes directory and all folders below it. */
    private static final int MAX = 100_000;

    /**
     * Lists a conf directory.
     * @throws IOException if the directory itself cannot be listed
     */
    static ConfEntries ofBlocking(Path directory) throws IOException {
        Walk walk = new Walk();
        for (Path entry : FolderEntries.ofBlocking(directory)) {
            String name = nameOf(entry);
            if (name.equals(ConfTexts.ROUTES)) {
                walk.folderBlocking(entry, name, Set.of(keyBlocking(directory)), 0);
            } else if (!isHidden(name) && isYaml(name)) {
                walk.file(entry, name);
            }
        }
        return walk.found;
    }

    /** Returns whether a file name, without its directory, has a YAML extension. */
    static boolean isYaml(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml");
    }

    /**
     * Returns whether a name, without its folder, begins with a dot. Editors, git and mounted volumes create such
     * entries, which are skipped.
     */
    static boolean isHidden(String name) {
        return name.startsWith(".");
    }

    private static String nameOf(Path entry) {
        return String.valueOf(entry.getFileName());
    }

    /**
     * Returns whether Java cannot represent the entry's real name, such as a non-ASCII name in locale C. Opening such
     * an entry would fail, or open another file.
     */
    private static boolean hasStrangeName(Path entry) {
        String name = nameOf(entry);
        try {
            return name.indexOf('\uFFFD') >= 0 || !entry.resolveSibling(name).equals(entry);
        } catch (InvalidPathException _) {
            return true;
        }
    }

    /** Returns the identity of a directory, which is the same for all paths that lead to it. */
    private static Object keyBlocking(Path folder) throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        return key == null ? folder.toRealPath() : key;
    }

    private static final class Walk {
        final ConfEntries found = new ConfEntries(new TreeSet<>(), new TreeMap<>());
        private int entries;

        void file(Path entry, String name) {
            if (hasStrangeName(entry)) {
                found.faults().put(name, STRANGE_NAME);
            } else {
                found.files().add(name);
            }
        }

        /**
         * Adds the entries of a folder, or a fault if it cannot be listed.
         * @param above the identities of the enclosing folders
         */
        void folderBlocking(Path folder, String name, Set<Object> above, int depth) {
            try {
                Object key = keyBlocking(folder);
                if (above.contains(key)) {
                    found.faults().put(name, "is a link to a folder that it is in");
                    return;
                }
                List<Path> inside = FolderEntries.ofBlocking(folder);
                entries += inside.size();
                if (depth > DEEPEST) {
                    found.faults().put(name, "is more than " + DEEPEST + " folders deep");
                } else if (entries > MAX) {
                    found.faults().put(name, "has more than " + MAX + " entries, including those of earlier folders");
                } else {
                    Set<Object> path = new HashSet<>(above);
                    path.add(key);
                    for (Path entry : inside) {
                        entryBlocking(entry, name + "/" + nameOf(entry), path, depth);
                    }
                }
            } catch (IOException e) {
                found.faults().put(name, UnreachableReason.whyBlocking(folder, e));
            }
        }

        private void entryBlocking(Path entry, String name, Set<Object> above, int depth) {
            String last = nameOf(entry);
            if (isHidden(last)) {
                return;
            }
            if (isYaml(last)) {
                file(entry, name);
                return;
            }
            try {
                if (Files.readAttributes(entry, BasicFileAttributes.class).isDirectory()) {
                    if (hasStrangeName(entry)) {
                        found.faults().put(name, STRANGE_NAME);
                    } else {
                        folderBlocking(entry, name, above, depth + 1);
                    }
                }
            } catch (IOException e) {
                // It may be a folder of routes, unless it has just been removed.
                if (!(e instanceof NoSuchFileException) || Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.faults().put(name, UnreachableReason.whyBlocking(entry, e));
                }
            }
        }
    }
}
