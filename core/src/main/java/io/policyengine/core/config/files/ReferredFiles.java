package io.policyengine.core.config.files;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that configuration files reference by <code>${file:PATH}</code>, all read at one moment. The rules of the
 * referencing file determine whether a file may be read.
 * @param files the content by path as written; marked as unreadable for files that no reference may read
 * @param outside the lines of configuration that would permit refused references
 * @param tokens the paths, as written, that lead to a file of kernel.yaml's admin_token
 */
record ReferredFiles(
        SortedMap<String, FileText> files, Map<ReferredFiles.Reference, String> outside, Set<String> tokens) {
    static final Pattern REFERENCE = Pattern.compile("\\$\\{file:([^}]*)\\}");
    static final ReferredFiles NONE = new ReferredFiles(Collections.emptySortedMap(), Map.of(), Set.of());

    /** Maximum size of a file that a configuration refers to for a value, in bytes. */
    private static final long LARGEST = 1024 * 1024;

    ReferredFiles {
        files = Collections.unmodifiableSortedMap(files);
        outside = Map.copyOf(outside);
        tokens = Set.copyOf(tokens);
    }

    /**
     * A reference to a file.
     *
     * @param governing the file whose rules apply
     * @param name the referenced path, as written
     */
    record Reference(String governing, String name) {}

    /**
     * Returns the line of configuration that would permit a file's reference, or null if the reference is permitted.
     */
    @Nullable
    String remedyFor(String file, String name) {
        return outside.get(new Reference(WrittenSettings.governing(file), name));
    }

    /** Returns whether a file that could not be read has become readable. */
    boolean canReadMoreBlocking(Path directory, SortedMap<String, FileText> referring) {
        if (files.values().stream().noneMatch(FileText.Unreadable.class::isInstance)) {
            return false;
        }
        ReferredFiles now = readBlocking(directory, referring);
        return files.entrySet().stream()
                .anyMatch(file -> file.getValue() instanceof FileText.Unreadable
                        && now.files().get(file.getKey()) instanceof FileText.Content);
    }

    /** Returns a copy with the earlier content of some files. The same rules must apply to both states. */
    ReferredFiles keeping(Set<String> names, ReferredFiles earlier) {
        Set<String> kept = new HashSet<>(names);
        kept.retainAll(files.keySet());
        kept.retainAll(earlier.files.keySet());
        kept.removeAll(tokens);
        return new ReferredFiles(ConfFingerprint.keeping(files, kept, earlier.files), outside, tokens);
    }

    static ReferredFiles readBlocking(Path directory, SortedMap<String, FileText> files) {
        SortedMap<String, FileText> read = new TreeMap<>();
        Map<Reference, String> outside = new HashMap<>();
        Map<String, ReadableFiles> readable = new HashMap<>();
        for (Reference reference : references(files)) {
            ReadableFiles those = readable.computeIfAbsent(
                    reference.governing(),
                    governing -> new ReadableFiles(directory, WrittenSettings.rulesOf(files, governing)));
            FileText text = readBlocking(directory, files, those, reference, outside);
            // One of two referring files may be allowed to read it.
            read.merge(reference.name(), text, (one, other) -> one instanceof FileText.Content ? one : other);
        }
        return new ReferredFiles(read, outside, tokensBlocking(directory, files, read.keySet()));
    }

    private static FileText readBlocking(
            Path directory,
            Map<String, FileText> files,
            ReadableFiles readable,
            Reference reference,
            Map<Reference, String> outside) {
        try {
            return switch (readable.findBlocking(reference.name())) {
                case ReadableFiles.ResolvedPath.Inside(Path path)
                when isConfigurationBlocking(directory, files, path) ->
                    new FileText.Unreadable("is a configuration file, which holds more than one value");
                case ReadableFiles.ResolvedPath.Inside(Path path)
                when isTokenBlocking(directory, files, path) ->
                    new FileText.Unreadable("holds a token of the management API, and must not be used elsewhere");
                case ReadableFiles.ResolvedPath.Inside(Path path) -> FileText.readBlocking(path, LARGEST);
                case ReadableFiles.ResolvedPath.Unreachable(NoSuchFileException _) ->
                    new FileText.Unreadable("does not exist");
                case ReadableFiles.ResolvedPath.Unreachable(IOException why) ->
                    new FileText.Unreadable("cannot be read (" + why.getClass().getSimpleName() + ")");
                case ReadableFiles.ResolvedPath.Outside(String remedy) -> {
                    outside.put(reference, remedy);
                    yield new FileText.Unreadable("may not be read");
                }
            };
        } catch (InvalidPathException e) {
            return new FileText.Unreadable("has an invalid path");
        }
    }

    /** Returns whether the path leads to a configuration file. Authors of routes must not read its content. */
    private static boolean isConfigurationBlocking(Path directory, Map<String, FileText> files, Path path) {
        return files.entrySet().stream()
                .filter(file -> WrittenSettings.isGoverning(file.getKey(), file.getValue())
                        || file.getKey().equals(ConfTexts.OVERRIDES)
                        || file.getKey().startsWith(ConfTexts.ROUTES + "/"))
                .anyMatch(file -> isSameBlocking(directory.resolve(file.getKey()), path));
    }

    /**
     * Returns whether the file holds a token of the management API. Authors of routes must not gain the token's rights.
     */
    private static boolean isTokenBlocking(Path directory, Map<String, FileText> files, Path path) {
        return WrittenSettings.tokenFiles(files).stream()
                .anyMatch(token -> isSameBlocking(directory.resolve(token), path));
    }

    private static Set<String> tokensBlocking(Path directory, Map<String, FileText> files, Set<String> names) {
        List<String> ofToken = WrittenSettings.filesOfAdminToken(files);
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
                    references.add(new Reference(WrittenSettings.governing(name), matcher.group(1)));
                }
            }
        });
        return references;
    }
}
