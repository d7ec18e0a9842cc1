package io.policyengine.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The bounds of the code by area: a module, or a family of policies. Each area has a page in docs/reference/limits. */
final class BoundAreas {
    private static final Path ROOT = Path.of("..");

    /** Modules whose bounds are nobody's but the build's. */
    private static final List<String> OF_THE_BUILD = List.of("testkit", "benchmarks", "proto", "e2e", "it");

    private BoundAreas() {}

    /** The bounds of all areas, which several tests read and which take seconds. */
    private static final class Read {
        private static final Map<String, SourceBounds> ALL;

        static {
            try {
                ALL = read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns the bounds of each area that has any, with the constants that the hand-written pages name. */
    static Map<String, SourceBounds> all() {
        return Read.ALL;
    }

    private static Map<String, SourceBounds> read() throws IOException {
        Map<String, List<Path>> areas = new TreeMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.sorted().toList()) {
                Path sources = module.resolve("src/main/java");
                String name = module.getFileName().toString();
                if (Files.isDirectory(sources) && !OF_THE_BUILD.contains(name)) {
                    add(areas, name, sources);
                }
            }
        }
        Set<String> named = LimitsPages.constants();
        Map<String, SourceBounds> bounds = new TreeMap<>();
        for (var area : areas.entrySet()) {
            SourceBounds found = SourceBounds.of(area.getValue(), named);
            if (!found.isEmpty()) {
                bounds.put(area.getKey(), found);
            }
        }
        return bounds;
    }

    /** The sources of a module; those of policies by their family. */
    private static void add(Map<String, List<Path>> areas, String module, Path sources) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            Path family = Path.of("io/policyengine/policies");
            Path within = sources.relativize(file);
            boolean isOfAFamily = within.startsWith(family) && within.getNameCount() > family.getNameCount() + 1;
            String area = isOfAFamily ? module + "-" + within.getName(family.getNameCount()) : module;
            areas.computeIfAbsent(area, _ -> new ArrayList<>()).add(file);
        }
    }
}
