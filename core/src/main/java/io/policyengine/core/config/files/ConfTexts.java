package io.policyengine.core.config.files;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    private static final String KERNEL = "kernel.yaml";
    private static final String KERNEL_KEY = "policy_kernel";
    private static final String WORKER_KEY = "worker_core";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{file:([^}]*)\\}");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]*)\\}");
    private static final long LARGEST_REFERRED = 1024 * 1024;

    private final Path directory;
    private final @Nullable String fault;
    private final SortedMap<String, String> faults;
    private final SortedMap<String, FileText> files;
    private final Referred referred;
    private final String hash;

    private ConfTexts(
            Path directory,
            @Nullable String fault,
            SortedMap<String, String> faults,
            SortedMap<String, FileText> files,
            Referred referred) {
        this.directory = directory;
        this.fault = fault;
        this.faults = Collections.unmodifiableSortedMap(faults);
        this.files = Collections.unmodifiableSortedMap(files);
        this.referred = referred;
        this.hash = hashOf(fault, faults, List.of(files, referred.files()));
    }

    /** A reference in a file whose rules are those of a governing file. */
    private record Reference(String governing, String name) {}

    /**
     * What is referred to.
     *
     * @param files by path as written; none of what all that refer to it may not read
     * @param outside the lines of configuration that would allow what may not be read
     * @param tokens those of the files, as they are written, that kernel.yaml's admin_token refers to, however it names them
     */
    private record Referred(SortedMap<String, FileText> files, Map<Reference, String> outside, Set<String> tokens) {
        static final Referred NOTHING = new Referred(Collections.emptySortedMap(), Map.of(), Set.of());

        Referred {
            files = Collections.unmodifiableSortedMap(files);
            outside = Map.copyOf(outside);
            tokens = Set.copyOf(tokens);
        }
    }

    /** Reads a directory. */
    public static ConfTexts readBlocking(Path directory) {
        try {
            ConfEntries found = ConfEntries.ofBlocking(directory);
            // What does not fit is then nothing that says how to govern the engine.
            SortedMap<String, FileText> files =
                    BoundedTexts.readBlocking(directory, found.files(), List.of(KERNEL, OVERRIDES), BoundedTexts.MAX);
            return withReferencesBlocking(directory, found.faults(), files);
        } catch (IOException e) {
            return new ConfTexts(directory, faultOf(directory, e), new TreeMap<>(), new TreeMap<>(), Referred.NOTHING);
        }
    }

    /**
     * YAML files that were kept elsewhere, as if they had been read from a directory. Reads nothing: what they refer to is there
     * after {@link #withBlocking}.
     */
    public static ConfTexts of(Path directory, SortedMap<String, FileText> files) {
        return new ConfTexts(directory, null, new TreeMap<>(), new TreeMap<>(files), Referred.NOTHING);
    }

    /** The same directory with some files changed, and with what they refer to now. */
    public ConfTexts withBlocking(List<FileEdit> edits) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        edits.forEach(edit -> apply(edit, changed));
        return withReferencesBlocking(directory, faults, changed);
    }

    /** The same directory with one file changed, which refers to no other. Reads nothing. */
    public ConfTexts with(FileEdit edit) {
        SortedMap<String, FileText> changed = new TreeMap<>(files);
        apply(edit, changed);
        return new ConfTexts(directory, fault, faults, changed, referred);
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
        return new ConfTexts(directory, fault, faults, changed, referred);
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

    private static ConfTexts withReferencesBlocking(
            Path directory, SortedMap<String, String> faults, SortedMap<String, FileText> files) {
        return new ConfTexts(directory, null, faults, files, readReferredBlocking(directory, files));
    }

    private static Referred readReferredBlocking(Path directory, SortedMap<String, FileText> files) {
        SortedMap<String, FileText> read = new TreeMap<>();
        Map<Reference, String> outside = new HashMap<>();
        Map<String, ReadableFiles> readable = new HashMap<>();
        for (Reference reference : references(files)) {
            ReadableFiles those = readable.computeIfAbsent(
                    reference.governing(), governing -> new ReadableFiles(directory, rulesOf(files, governing)));
            FileText text = readBlocking(directory, files, those, reference, outside);
            // It may be there for one of two files.
            read.merge(reference.name(), text, (one, other) -> one instanceof FileText.Content ? one : other);
        }
        return new Referred(read, outside, tokensBlocking(directory, files, read.keySet()));
    }

    private static FileText readBlocking(
            Path directory,
            Map<String, FileText> files,
            ReadableFiles readable,
            Reference reference,
            Map<Reference, String> outside) {
        try {
            return switch (readable.findBlocking(reference.name())) {
                case ReadableFiles.Found.Inside(Path path)
                when isConfigurationBlocking(directory, files, path) ->
                    new FileText.Unreadable("is a configuration file, which holds more than one value");
                case ReadableFiles.Found.Inside(Path path)
                when isTokenBlocking(directory, files, path) ->
                    new FileText.Unreadable("is that of a token of the management API, and must not be used elsewhere");
                case ReadableFiles.Found.Inside(Path path) -> FileText.readBlocking(path, LARGEST_REFERRED);
                case ReadableFiles.Found.Unreachable(NoSuchFileException _) ->
                    new FileText.Unreadable("does not exist");
                case ReadableFiles.Found.Unreachable(IOException why) ->
                    new FileText.Unreadable("cannot be read (" + why.getClass().getSimpleName() + ")");
                case ReadableFiles.Found.Outside(String remedy) -> {
                    outside.put(reference, remedy);
                    yield new FileText.Unreadable("may not be read");
                }
            };
        } catch (InvalidPathException e) {
            return new FileText.Unreadable("has an impossible path");
        }
    }

    /** Whether it is a file of settings: what somebody else has written into it is not for who writes routes. */
    private static boolean isConfigurationBlocking(Path directory, Map<String, FileText> files, Path path) {
        return files.entrySet().stream()
                .filter(file -> isGoverning(file.getKey(), file.getValue())
                        || file.getKey().equals(OVERRIDES)
                        || file.getKey().startsWith(ROUTES + "/"))
                .anyMatch(file -> isSameBlocking(directory.resolve(file.getKey()), path));
    }

    /** Who may write routes is not to become somebody else by them. */
    private static boolean isTokenBlocking(Path directory, Map<String, FileText> files, Path path) {
        return SecretRules.tokenFiles(files.get(KERNEL)).stream()
                .anyMatch(token -> isSameBlocking(directory.resolve(token), path));
    }

    private static Set<String> tokensBlocking(Path directory, Map<String, FileText> files, Set<String> names) {
        List<String> ofToken = matches(REFERENCE, SecretRules.adminToken(files.get(KERNEL)));
        Set<String> found = new HashSet<>(ofToken);
        for (String name : names) {
            if (ofToken.stream().anyMatch(token -> isSameFileBlocking(directory, token, name))) {
                found.add(name);
            }
        }
        return found;
    }

    private static boolean isSameFileBlocking(Path directory, String one, String other) {
        try {
            return isSameBlocking(
                    directory.resolve(one), directory.resolve(other).toRealPath());
        } catch (IOException | InvalidPathException nowhere) {
            return false;
        }
    }

    private static List<String> matches(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static boolean isGoverning(String name, FileText file) {
        return name.equals(KERNEL) || (file instanceof FileText.Content(String text) && text.contains(WORKER_KEY));
    }

    private static boolean isSameBlocking(Path one, Path real) {
        try {
            return one.toRealPath().equals(real);
        } catch (IOException gone) {
            return false;
        }
    }

    private static Set<Reference> references(SortedMap<String, FileText> files) {
        Set<Reference> references = new LinkedHashSet<>();
        files.forEach((name, file) -> {
            if (file instanceof FileText.Content(String text) && text.contains("${file:")) {
                var matcher = REFERENCE.matcher(text);
                while (matcher.find()) {
                    references.add(new Reference(governing(name), matcher.group(1)));
                }
            }
        });
        return references;
    }

    /** The file whose rules hold for a file: who may write routes must not be able to say what these may read. */
    private static String governing(String name) {
        return name.startsWith(ROUTES + "/") ? KERNEL : name;
    }

    private static SecretRules rulesOf(Map<String, FileText> files, String governing) {
        return SecretRules.of(files.get(governing), governing.equals(KERNEL) ? KERNEL_KEY : WORKER_KEY);
    }

    /** What may be read on behalf of a file. Parses. */
    public SecretRules rulesFor(String file) {
        return rulesOf(files, governing(file));
    }

    /** Where the line stands that says what may be read on behalf of a file. */
    public String placeOfRules(String file) {
        String governing = governing(file);
        return governing + ", under " + (governing.equals(KERNEL) ? KERNEL_KEY : WORKER_KEY);
    }

    /** Whether something else may be read than with other texts, by what both say. Parses. */
    public boolean hasRulesOf(ConfTexts other) {
        return Stream.concat(files.keySet().stream(), other.files.keySet().stream())
                .filter(name -> !name.startsWith(ROUTES + "/"))
                .allMatch(name -> rulesFor(name).equals(other.rulesFor(name)));
    }

    /** Whether this file, named as it is written, is one that kernel.yaml's admin_token refers to: it is for nothing else. */
    public boolean isFileOfAdminToken(String name) {
        return referred.tokens().contains(name);
    }

    /** The variables that kernel.yaml's admin_token refers to: they are for nothing else. Parses. */
    public Set<String> variablesOfAdminToken() {
        return Set.copyOf(matches(VARIABLE, SecretRules.adminToken(files.get(KERNEL))));
    }

    /** The line of configuration that would allow what a file refers to; null if it may be read. */
    public @Nullable String remedyFor(String file, String name) {
        return referred.outside().get(new Reference(governing(file), name));
    }

    /** Whether something could be read now that could not be read then. */
    public boolean canReadMoreBlocking() {
        return fault != null
                || files.entrySet().stream()
                        .anyMatch(file -> file.getValue() instanceof FileText.Unreadable unreadable
                                && !BoundedTexts.isTooMuch(unreadable)
                                && FileText.readBlocking(directory.resolve(file.getKey()), FileText.LARGEST)
                                        instanceof FileText.Content)
                || (referred.files().values().stream().anyMatch(FileText.Unreadable.class::isInstance)
                        && canReadMoreReferredBlocking());
    }

    private boolean canReadMoreReferredBlocking() {
        Referred now = readReferredBlocking(directory, files);
        return referred.files().entrySet().stream()
                .anyMatch(file -> file.getValue() instanceof FileText.Unreadable
                        && now.files().get(file.getKey()) instanceof FileText.Content);
    }

    /** Whether a file of this name, relative to the directory, would be one of {@link #files}. */
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

    private static String hashOf(
            @Nullable String fault, Map<String, String> faults, List<Map<String, FileText>> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, fault == null ? "" : fault);
            faults.forEach((name, why) -> update(digest, "!" + name + " " + why));
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

    /** Folders that could not be looked into, and why, to follow the name in a sentence: what is in them is not known. */
    public SortedMap<String, String> faults() {
        return faults;
    }

    /** The YAML files by name, such as {@code routes/users.yaml}. */
    public SortedMap<String, FileText> files() {
        return files;
    }

    /** The files that are referred to, by the path that is written. */
    public SortedMap<String, FileText> referred() {
        return referred.files();
    }

    /**
     * SHA-256 of all that was read, in hexadecimal. Never to leave the process: whoever has it could try what the secrets are that it was
     * made of.
     */
    public String hash() {
        return hash;
    }

    /** Without the texts, which may hold secrets, and without their hash. */
    @Override
    public String toString() {
        return directory + " " + files.keySet();
    }
}
