package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a conf directory at one moment: its YAML files and the files that they reference by
 * <code>${file:PATH}</code>. Immutable; equal contents have the same {@link #hash}.
 */
public final class ConfTexts {
    /** The name of the folder of route policies. */
    public static final String ROUTES = "routes";

    /** The name of the file of overrides, which may not contain references. */
    public static final String OVERRIDES = "overrides.yaml";

    private final Path directory;
    private final @Nullable String fault;
    private final SortedMap<String, String> faults;
    private final SortedMap<String, FileText> files;
    private final ReferredFiles referred;
    private final String hash;

    private ConfTexts(
            Path directory,
            @Nullable String fault,
            SortedMap<String, String> faults,
            SortedMap<String, FileText> files,
            ReferredFiles referred) {
        this.directory = directory;
        this.fault = fault;
        this.faults = Collections.unmodifiableSortedMap(faults);
        this.files = Collections.unmodifiableSortedMap(files);
        this.referred = referred;
        this.hash = ConfHash.of(fault, faults, List.of(files, referred.files()));
    }

    public static ConfTexts readBlocking(Path directory) {
        try {
            ConfEntries found = ConfEntries.ofBlocking(directory);
            // These files come first, so that a file beyond the limit is never one that governs the engine.
            SortedMap<String, FileText> files = BoundedTexts.readBlocking(
                    directory, found.files(), List.of(WrittenSettings.KERNEL, OVERRIDES), BoundedTexts.MAX);
            return withReferencesBlocking(directory, found.faults(), files);
        } catch (IOException e) {
            return new ConfTexts(
                    directory, faultOf(directory, e), new TreeMap<>(), new TreeMap<>(), ReferredFiles.NONE);
        }
    }

    /**
     * Returns stored texts as if they had been read from the directory. Reads nothing; referenced files are missing
     * until {@link #withBlocking} is called.
     */
    public static ConfTexts of(Path directory, SortedMap<String, FileText> files) {
        return new ConfTexts(directory, null, new TreeMap<>(), new TreeMap<>(files), ReferredFiles.NONE);
    }

    /** Returns a copy with some files changed. Reads all referenced files again. */
    public ConfTexts withBlocking(List<FileEdit> edits) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        edits.forEach(edit -> apply(edit, changed));
        return withReferencesBlocking(directory, faults, changed);
    }

    /** Returns a copy with one file changed. Reads nothing, so the new text must not contain references. */
    public ConfTexts with(FileEdit edit) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        apply(edit, changed);
        return new ConfTexts(directory, fault, faults, changed, referred);
    }

    /**
     * Returns a copy that has the file {@link #OVERRIDES} of another state, even if it was missing or unreadable there.
     */
    public ConfTexts withOverridesOf(ConfTexts other) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        FileText overrides = other.files.get(OVERRIDES);
        if (overrides == null) {
            changed.remove(OVERRIDES);
        } else {
            changed.put(OVERRIDES, overrides);
        }
        return new ConfTexts(directory, fault, faults, changed, referred);
    }

    /**
     * Returns a copy with an earlier state of some files. Referenced files are taken from the earlier state only if
     * both states have the same rules for reading.
     * @param fileNames names of {@link #files} to replace
     * @param referredNames names of {@link #referred} to replace
     */
    public ConfTexts keepingBlocking(Set<String> fileNames, Set<String> referredNames, ConfTexts earlier) {
        SortedMap<String, FileText> changed = ConfFingerprint.keeping(files, fileNames, earlier.files);
        ConfTexts kept = fileNames.isEmpty() ? this : withReferencesBlocking(directory, faults, changed);
        if (referredNames.isEmpty() || !kept.hasRulesOf(earlier)) {
            return kept;
        }
        return new ConfTexts(directory, fault, faults, changed, kept.referred.keeping(referredNames, earlier.referred));
    }

    private static void apply(FileEdit edit, Map<String, FileText> files) {
        if (edit.text() == null) {
            files.remove(edit.file());
        } else {
            files.put(edit.file(), new FileText.Content(edit.text()));
        }
    }

    /** Returns the edits that change the YAML files of the other state to those of this one. */
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

    private static ConfTexts withReferencesBlocking(
            Path directory, SortedMap<String, String> faults, SortedMap<String, FileText> files) {
        return new ConfTexts(directory, null, faults, files, ReferredFiles.readBlocking(directory, files));
    }

    /**
     * Returns the rules that determine which files and variables a configuration file may reference. Parses the
     * governing file.
     */
    public SecretRules rulesFor(String file) {
        return WrittenSettings.rulesOf(files, WrittenSettings.governing(file));
    }

    /** Returns where the rules for a file's references are written, for messages. */
    public String placeOfRules(String file) {
        return WrittenSettings.placeOfRules(file);
    }

    /** Returns whether both states have the same rules for references. Parses the governing files. */
    public boolean hasRulesOf(ConfTexts other) {
        return Stream.concat(files.keySet().stream(), other.files.keySet().stream())
                .filter(name -> !name.startsWith(ROUTES + "/"))
                .allMatch(name -> rulesFor(name).equals(other.rulesFor(name)));
    }

    /**
     * Returns whether kernel.yaml's admin_token references the file of this name, as written. No other value may
     * reference that file.
     */
    public boolean isFileOfAdminToken(String name) {
        return referred.tokens().contains(name);
    }

    /**
     * Returns the variables that kernel.yaml's admin_token references. No other value may reference them. Parses
     * kernel.yaml.
     */
    public Set<String> variablesOfAdminToken() {
        return Set.copyOf(WrittenSettings.variablesOfAdminToken(files));
    }

    /**
     * Returns the line of configuration that would permit a file's reference, or null if the reference is permitted.
     */
    public @Nullable String remedyFor(String file, String name) {
        return referred.remedyFor(file, name);
    }

    /**
     * Returns whether another attempt may read more: a file may have become readable, or the directory was unreadable.
     */
    public boolean canReadMoreBlocking() {
        return fault != null
                || files.entrySet().stream()
                        .anyMatch(file -> file.getValue() instanceof FileText.Unreadable unreadable
                                && !BoundedTexts.isTooMuch(unreadable)
                                && FileText.readBlocking(directory.resolve(file.getKey()), FileText.LARGEST)
                                        instanceof FileText.Content)
                || referred.canReadMoreBlocking(directory, files);
    }

    /** Returns whether a name, relative to the directory, could be the name of one of {@link #files}. */
    public static boolean isName(String name) {
        String[] parts = name.split("/", -1);
        boolean isOfRoutes = parts[0].equals(ROUTES) && parts.length <= ConfEntries.DEEPEST + 2;
        return (parts.length == 1 || isOfRoutes)
                && name.indexOf('\0') < 0
                && Stream.of(parts).noneMatch(part -> part.isEmpty() || ConfEntries.isHidden(part))
                && Stream.of(parts).limit(parts.length - 1L).noneMatch(ConfEntries::isYaml)
                && ConfEntries.isYaml(parts[parts.length - 1]);
    }

    private static String faultOf(Path directory, IOException e) {
        return Files.isDirectory(directory)
                ? "cannot be listed (" + e.getClass().getSimpleName() + ")"
                : Files.exists(directory) ? "not a directory" : "no such directory";
    }

    public Path directory() {
        return directory;
    }

    /** The reason why the directory could not be read, or null. */
    public @Nullable String fault() {
        return fault;
    }

    /** The folders and entries whose content is unknown, each with a reason that follows the name in a sentence. */
    public SortedMap<String, String> faults() {
        return faults;
    }

    /** The YAML files by name, such as {@code routes/users.yaml}. */
    public SortedMap<String, FileText> files() {
        return files;
    }

    /** The referenced files, by the path as written. */
    public SortedMap<String, FileText> referred() {
        return referred.files();
    }

    /**
     * The SHA-256 of everything read, in hexadecimal. The hash must not leave the process, because it would help to
     * guess secrets.
     */
    public String hash() {
        return hash;
    }

    /** Omits the texts, which may hold secrets, and their hash. */
    @Override
    public String toString() {
        return directory + " " + files.keySet();
    }
}
