package io.policyengine.kernel.blackbox.reloads;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What an unlucky or hostile operator does to the files of a conf directory, at random, without writing rules of his own. */
final class ConfEdits {
    private final Path directory;
    private final Random random;
    private final Map<String, String> whole = new TreeMap<>();

    /** Edits of this directory, whose files are to be kept in mind. */
    ConfEdits(Path directory, Random random) throws IOException {
        this.directory = directory;
        this.random = random;
        for (Path file : entries()) {
            if (Files.isRegularFile(file)) {
                whole.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
    }

    /** The kinds of edits. */
    enum Kind {
        // An entry is there and cannot be read: nothing is lost by intention.
        DANGLING_LINK(true),
        LINK_LOOP(true),
        LINK_TO_A_FOLDER_ABOVE(true),
        LINK_TO_A_DEVICE(true),
        FOLDER_IN_ITS_PLACE(true),
        PIPE_IN_ITS_PLACE(true),
        EMPTIED(true),
        ZEROS(true),
        NO_TEXT(true),
        CUT_OFF_IN_A_LINE(true),
        NO_PERMISSION(true),
        STRAY_PIPE(true),
        STRAY_LINK(true),
        // What looks like an intention.
        DELETED(false),
        CUT_OFF_SOMEWHERE(false),
        RENAMED(false),
        RENAMED_OVER_ANOTHER(false),
        SWAPPED(false),
        COPIED(false),
        LINKED_TO_ANOTHER(false),
        FOLDER_MOVED(false),
        FOLDER_DELETED(false);

        final boolean keepsItsName;

        Kind(boolean keepsItsName) {
            this.keepsItsName = keepsItsName;
        }

        /** Those that are edits for this user: root reads a file whatever its permissions say. */
        static List<Kind> effective() throws IOException {
            Path file = Files.createTempFile("permissions", "");
            try {
                Files.setPosixFilePermissions(file, Set.of());
                boolean isBound = !Files.isReadable(file);
                return Stream.of(values())
                        .filter(kind -> isBound || kind != NO_PERMISSION)
                        .toList();
            } finally {
                Files.delete(file);
            }
        }
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> !path.equals(directory)).sorted().toList();
        }
    }

    private Path any(boolean folder) throws IOException {
        List<Path> found = entries().stream()
                .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) == folder)
                .toList();
        return found.isEmpty() ? directory.resolve("routes/new.yaml") : found.get(random.nextInt(found.size()));
    }

    /** Makes one edit of this kind; what it was, for people. */
    String make(Kind kind) throws IOException, InterruptedException {
        boolean ofAFolder = kind == Kind.FOLDER_MOVED || kind == Kind.FOLDER_DELETED;
        Path path = any(ofAFolder || (kind == Kind.DANGLING_LINK && random.nextInt(4) == 0));
        String what = kind + " " + directory.relativize(path);
        switch (kind) {
            case DANGLING_LINK -> link(path, "nowhere/at-all");
            case LINK_LOOP -> link(path, String.valueOf(path.getFileName()));
            case LINK_TO_A_FOLDER_ABOVE -> link(path, "..");
            case LINK_TO_A_DEVICE -> link(path, "/dev/null");
            case FOLDER_IN_ITS_PLACE -> Files.createDirectory(removed(path));
            case PIPE_IN_ITS_PLACE -> pipe(removed(path));
            case EMPTIED -> content(path, new byte[0]);
            case ZEROS -> content(path, new byte[1 + random.nextInt(500)]);
            case NO_TEXT -> content(path, new byte[] {'a', ':', ' ', (byte) 0xc3, '\n'});
            case CUT_OFF_IN_A_LINE -> cut(path, true);
            case NO_PERMISSION -> {
                if (!Files.isSymbolicLink(path)) {
                    Files.setPosixFilePermissions(path, Set.of(PosixFilePermission.OTHERS_EXECUTE));
                }
            }
            case STRAY_PIPE -> pipe(removed(directory.resolve("routes/stray.yaml")));
            case STRAY_LINK -> link(directory.resolve("routes/stray"), "nowhere");
            case DELETED, FOLDER_DELETED -> removed(path);
            case CUT_OFF_SOMEWHERE -> cut(path, false);
            case RENAMED -> move(path, directory.resolve(anyName()));
            case RENAMED_OVER_ANOTHER -> move(path, any(false));
            case SWAPPED -> swap(path, any(false));
            case COPIED -> copy(path, directory.resolve(anyName()));
            case LINKED_TO_ANOTHER -> link(path, any(false).toString());
            case FOLDER_MOVED -> move(path, directory.resolve("routes/moved" + random.nextInt(3)));
        }
        return what;
    }

    private String anyName() {
        List<String> names = List.of(
                "kernel.yaml",
                "overrides.yaml",
                "worker.yaml",
                "routes/a.yaml",
                "routes/renamed.yaml",
                "routes/renamed.yml",
                "routes/a.yaml.bak",
                "routes/.hidden.yaml",
                "routes/team-a/renamed.yaml",
                "routes/new/renamed.yaml",
                "elsewhere/renamed.yaml");
        return names.get(random.nextInt(names.size()));
    }

    /** Removes what is there; what is in the way of its folder too. */
    private static Path removed(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Path folder = path.resolveSibling("");
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(removed(folder));
        }
        return path;
    }

    private static void link(Path path, String target) throws IOException {
        Files.createSymbolicLink(removed(path), Path.of(target));
    }

    private static void pipe(Path path) throws IOException, InterruptedException {
        new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
    }

    private static void content(Path path, byte[] content) throws IOException {
        Files.write(removed(path), content);
    }

    /** Leaves the beginning of a file; a file of one line, or none, is emptied. */
    private void cut(Path path, boolean inALine) throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            return;
        }
        byte[] was = Files.readAllBytes(path);
        int end = was.length == 0 ? 0 : random.nextInt(was.length);
        while (inALine && end > 0 && (was[end - 1] == '\n' || was[end] == '\n')) {
            end--;
        }
        Files.write(path, Arrays.copyOf(was, end));
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from, LinkOption.NOFOLLOW_LINKS) && !to.startsWith(from) && !from.startsWith(to)) {
            Files.move(from, removed(to));
        }
    }

    private static void swap(Path one, Path other) throws IOException {
        if (!one.equals(other)
                && Files.exists(one, LinkOption.NOFOLLOW_LINKS)
                && Files.exists(other, LinkOption.NOFOLLOW_LINKS)) {
            Path aside = one.resolveSibling(".swap");
            Files.move(one, aside);
            Files.move(other, one);
            Files.move(aside, other);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.isRegularFile(from) && Files.isReadable(from) && !from.equals(to)) {
            Files.copy(from, removed(to), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Makes the directory what it was. */
    void mend() throws IOException {
        for (Path each : new ArrayList<>(entries()).reversed()) {
            if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
                removed(each);
            }
        }
        for (Map.Entry<String, String> file : whole.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.resolveSibling(""));
            Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
        }
    }
}
