package io.policyengine.core.config.files;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a conf directory at one moment: its YAML files, and the files that they refer to by <code>${file:PATH}</code>.
 * Immutable; two that say the same have the same {@link #hash}.
 */
public final class ConfTexts {
    /** The folder of route policies. */
    public static final String ROUTES = "routes";

    /** The file of overrides, which refers to no other. */
    public static final String OVERRIDES = "overrides.yaml";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{file:([^}]*)\\}");
    private static final long LARGEST_REFERRED = 1024 * 1024;

    private final Path directory;
    private final @Nullable String fault;
    private final SortedMap<String, FileText> files;
    private final SortedMap<String, FileText> referred;
    private final String hash;

    private ConfTexts(
            Path directory,
            @Nullable String fault,
            SortedMap<String, FileText> files,
            SortedMap<String, FileText> referred) {
        this.directory = directory;
        this.fault = fault;
        this.files = Collections.unmodifiableSortedMap(files);
        this.referred = Collections.unmodifiableSortedMap(referred);
        this.hash = hashOf(fault, List.of(files, referred));
    }

    /** Reads a directory. */
    public static ConfTexts readBlocking(Path directory) {
        SortedMap<String, FileText> files = new TreeMap<>();
        try {
            for (String name : namesBlocking(directory)) {
                files.put(name, FileText.readBlocking(directory.resolve(name), FileText.LARGEST));
            }
        } catch (IOException e) {
            return new ConfTexts(directory, faultOf(directory, e), new TreeMap<>(), new TreeMap<>());
        }
        return withReferencesBlocking(directory, files);
    }

    /**
     * YAML files that were kept elsewhere, as if they had been read from a directory. Reads nothing: what they refer to is there
     * after {@link #withBlocking}.
     */
    public static ConfTexts of(Path directory, SortedMap<String, FileText> files) {
        return new ConfTexts(directory, null, new TreeMap<>(files), new TreeMap<>());
    }

    /** The same directory with some files changed, and with what they refer to now. */
    public ConfTexts withBlocking(List<FileEdit> edits) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        edits.forEach(edit -> apply(edit, changed));
        return withReferencesBlocking(directory, changed);
    }

    /** The same directory with one file changed, which refers to no other. Reads nothing. */
    public ConfTexts with(FileEdit edit) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        apply(edit, changed);
        return new ConfTexts(directory, fault, changed, referred);
    }

    /**
     * The same but for its {@link #OVERRIDES}, which are those of another state, even if they cannot be read there: what was wrong then
     * is not what is wrong now.
     */
    public ConfTexts withOverridesOf(ConfTexts other) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        FileText overrides = other.files.get(OVERRIDES);
        if (overrides == null) {
            changed.remove(OVERRIDES);
        } else {
            changed.put(OVERRIDES, overrides);
        }
        return new ConfTexts(directory, fault, changed, referred);
    }

    private static void apply(FileEdit edit, Map<String, FileText> files) {
        if (edit.text() == null) {
            files.remove(edit.file());
        } else {
            files.put(edit.file(), new FileText.Content(edit.text()));
        }
    }

    /** What must be changed in another state of the directory to make its YAML files say what these say. */
    public List<FileEdit> editsFrom(ConfTexts other) {
        List<FileEdit> edits = new ArrayList<>();
        files.forEach((name, file) -> {
            if (file instanceof FileText.Content(String text) && !file.equals(other.files.get(name))) {
                edits.add(new FileEdit(name, text));
            }
        });
        other.files.keySet().stream()
                .filter(name -> !files.containsKey(name))
                .forEach(name -> edits.add(new FileEdit(name, null)));
        return edits;
    }

    private static ConfTexts withReferencesBlocking(Path directory, SortedMap<String, FileText> files) {
        SortedMap<String, FileText> referred = new TreeMap<>();
        for (String name : referredNames(files.values())) {
            referred.put(name, readReferredBlocking(directory, name));
        }
        return new ConfTexts(directory, null, files, referred);
    }

    private static FileText readReferredBlocking(Path directory, String name) {
        try {
            return FileText.readBlocking(directory.resolve(name).normalize(), LARGEST_REFERRED);
        } catch (InvalidPathException e) {
            return new FileText.Unreadable("has an impossible path");
        }
    }

    private static Set<String> referredNames(Collection<FileText> texts) {
        Set<String> names = new TreeSet<>();
        for (FileText file : texts) {
            if (file instanceof FileText.Content(String text) && text.contains("${file:")) {
                var matcher = REFERENCE.matcher(text);
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        return names;
    }

    /** Whether something could be read now that could not be read then. */
    public boolean canReadMoreBlocking() {
        return fault != null
                || files.entrySet().stream()
                        .anyMatch(file -> file.getValue() instanceof FileText.Unreadable
                                && FileText.readBlocking(directory.resolve(file.getKey()), FileText.LARGEST)
                                        instanceof FileText.Content)
                || referred.entrySet().stream()
                        .anyMatch(file -> file.getValue() instanceof FileText.Unreadable
                                && readReferredBlocking(directory, file.getKey()) instanceof FileText.Content);
    }

    /** Names of the YAML files of a directory and of its folder {@value #ROUTES}, relative to it. */
    static Set<String> namesBlocking(Path directory) throws IOException {
        Set<String> names = new TreeSet<>();
        addNamesBlocking(directory, "", names);
        Path routes = directory.resolve(ROUTES);
        if (Files.isDirectory(routes)) {
            addNamesBlocking(routes, ROUTES + "/", names);
        }
        return names;
    }

    private static void addNamesBlocking(Path folder, String prefix, Set<String> names) throws IOException {
        FolderEntries.ofBlocking(folder).stream()
                .filter(Files::isRegularFile)
                .map(file -> prefix + file.getFileName())
                .filter(ConfTexts::isName)
                .forEach(names::add);
    }

    /** Whether a file of this name, relative to the directory, would be one of {@link #files}. */
    public static boolean isName(String name) {
        var inFolder = name.startsWith(ROUTES + "/") ? name.substring(ROUTES.length() + 1) : name;
        return !inFolder.contains("/")
                && !inFolder.startsWith(".")
                && (inFolder.endsWith(".yaml") || inFolder.endsWith(".yml"));
    }

    private static String faultOf(Path directory, IOException e) {
        return Files.isDirectory(directory)
                ? "cannot be listed (" + e.getClass().getSimpleName() + ")"
                : Files.exists(directory) ? "not a directory" : "no such directory";
    }

    private static String hashOf(@Nullable String fault, List<Map<String, FileText>> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, fault == null ? "" : fault);
            for (Map<String, FileText> part : parts) {
                update(digest, Integer.toString(part.size()));
                part.forEach((name, file) -> {
                    update(digest, name);
                    switch (file) {
                        case FileText.Content(String text) -> update(digest, "+" + text);
                        case FileText.Unreadable(String why) -> update(digest, "-" + why);
                    }
                });
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    /** The directory that was read. */
    public Path directory() {
        return directory;
    }

    /** Why the directory could not be read; null if it could. */
    public @Nullable String fault() {
        return fault;
    }

    /** The YAML files by name, such as {@code routes/users.yaml}. */
    public SortedMap<String, FileText> files() {
        return files;
    }

    /** The files that are referred to, by the path that is written. */
    public SortedMap<String, FileText> referred() {
        return referred;
    }

    /** SHA-256 of all that was read, in hexadecimal. */
    public String hash() {
        return hash;
    }

    /** Without the texts, which may hold secrets. */
    @Override
    public String toString() {
        return directory + " " + files.keySet() + " " + hash;
    }
}
