package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The sizes of packages and files of main code. A package is one idea. One with more than {@value #MAX_TYPES} types says in its
 * {@code package-info} why it is not two; a file with more than {@value #MAX_LINES} lines has its reason here.
 */
class PackageSizeTest {
    private static final int MAX_TYPES = 20;
    private static final int MAX_LINES = 400;

    /** The reasons of longer files, by their names. */
    private static final Map<String, String> LONG_FILES = Map.of();

    private static final String REASON = "over twenty types, since ";
    private static final String PACKAGE_INFO = "package-info.java";
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TestFactory
    Stream<DynamicTest> aLargePackageSaysWhy() throws IOException {
        return packages().entrySet().stream()
                .filter(types -> types.getValue().size() > MAX_TYPES)
                .map(types -> DynamicTest.dynamicTest(
                        name(types.getKey()),
                        () -> assertThat(comment(types.getKey())).containsIgnoringCase(REASON)));
    }

    @TestFactory
    Stream<DynamicTest> aLongFileHasAReason() throws IOException {
        return packages().values().stream()
                .flatMap(List::stream)
                .filter(file -> lines(file) > MAX_LINES)
                .map(file -> DynamicTest.dynamicTest(
                        name(file), () -> assertThat(LONG_FILES).containsKey(String.valueOf(file.getFileName()))));
    }

    @Test
    void allModulesAreRead() throws IOException {
        assertThat(packages().keySet().stream()
                        .map(folder -> ROOT.relativize(folder).getName(0).toString()))
                .contains(
                        "core",
                        "policies",
                        "kernel-verticle",
                        "kernel-admin",
                        "worker-verticle",
                        "worker-protocol",
                        "app",
                        "testkit");
    }

    /** The files of main code but those of packages, by their folders. */
    private static Map<Path, List<Path>> packages() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            var sources = modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
            var packages = new TreeMap<Path, List<Path>>();
            for (Path source : sources) {
                try (Stream<Path> files = Files.walk(source)) {
                    packages.putAll(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.endsWith(PACKAGE_INFO))
                            .collect(Collectors.groupingBy(Path::getParent)));
                }
            }
            return packages;
        }
    }

    private static String name(Path path) {
        return ROOT.relativize(path).toString();
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    /** Returns the text of a comment, with one blank for each end of a line. */
    private static String comment(Path folder) throws IOException {
        Path file = folder.resolve(PACKAGE_INFO);
        return Files.exists(file) ? Files.readString(file).replaceAll("\\s+(\\* )?", " ") : "";
    }
}
