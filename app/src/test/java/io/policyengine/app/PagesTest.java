package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every page that people read is in the index, and has lines that fit and links that lead somewhere. */
class PagesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int WIDTH = 120;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");

    @TestFactory
    Stream<DynamicTest> noLineIsTooLong() throws IOException {
        return Stream.concat(pages(), comments())
                .map(page -> DynamicTest.dynamicTest(
                        name(page),
                        () -> assertThat(lines(page).filter(PagesTest::isTooLong))
                                .as("lines of more than %d characters in %s", WIDTH, name(page))
                                .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() throws IOException {
        return pages().map(page -> DynamicTest.dynamicTest(
                name(page),
                () -> assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
                        .as("links in %s", name(page))
                        .allSatisfy(
                                link -> assertThat(isDead(page, link)).as(link).isFalse())));
    }

    /** The pages of a folder of their own, such as policies, are linked in the index of that folder. */
    @TestFactory
    Stream<DynamicTest> theIndexLinksEveryPage() throws IOException {
        return links("docs/README.md", List.of("docs", "docs/how-to", "docs/envoy", "docs/reference"));
    }

    @TestFactory
    Stream<DynamicTest> theIndexOfHowTosLinksEachOfThem() throws IOException {
        return links("docs/how-to/README.md", List.of("docs/how-to"));
    }

    private static Stream<DynamicTest> links(String file, List<String> folders) throws IOException {
        Path index = ROOT.resolve(file);
        Set<Path> linked = LINK.matcher(Files.readString(index))
                .results()
                .map(link -> index.resolveSibling(link.group(1).replaceFirst("#.*", ""))
                        .normalize())
                .collect(Collectors.toSet());
        List<Path> pages = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages.stream()
                .filter(page -> !page.equals(index))
                .map(page -> DynamicTest.dynamicTest(
                        name(page),
                        () -> assertThat(linked).as("links of %s", name(index)).contains(page)));
    }

    @TestFactory
    Stream<DynamicTest> aHowToHasTheSameSections() throws IOException {
        return files("docs/how-to", ".md").stream()
                .filter(page -> !page.endsWith("README.md"))
                .map(page -> DynamicTest.dynamicTest(
                        name(page),
                        () -> assertThat(lines(page).filter(line -> line.startsWith("## ")))
                                .containsSubsequence("## Configuration", "## What you see", "## What can go wrong")));
    }

    /** Pages, but for what others have written or a build has made. */
    private static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String place : List.of("docs", "docker", "benchmarks")) {
            pages.addAll(files(place, ".md"));
        }
        try (Stream<Path> files = Files.list(ROOT)) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages.stream();
    }

    /** Files of the example configurations, whose comments are read like pages. */
    private static Stream<Path> comments() throws IOException {
        return files("conf", ".yaml").stream();
    }

    private static List<Path> files(String place, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(place))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static String name(Path page) {
        return ROOT.relativize(page).toString();
    }

    /** Lines outside of code. */
    private static Stream<String> lines(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readAllLines(page)) {
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code && !line.startsWith("    ")) {
                lines.add(line);
            }
        }
        return Collections.unmodifiableList(lines).stream();
    }

    /** A row of a table cannot be broken, nor can a line that is one word. */
    private static boolean isTooLong(String line) {
        String text = line.strip();
        return line.length() > WIDTH
                && !text.startsWith("|")
                && text.substring(0, WIDTH - 4).contains(" ");
    }

    private static boolean isDead(Path page, String link) throws IOException {
        if (link.startsWith("https:") || link.startsWith("http:")) {
            return false;
        }
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return !Files.exists(target) || (hash >= 0 && !anchors(target).contains(link.substring(hash + 1)));
    }

    /** The anchors that headings get: letters, digits, hyphens and underscores, in lower case, with a hyphen for a blank. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        lines(page).filter(line -> line.startsWith("#")).forEach(line -> {
            String text = line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT);
            Matcher odd = Pattern.compile("[^\\p{L}\\p{N} _-]").matcher(text);
            anchors.add(odd.replaceAll("").replace(' ', '-'));
        });
        return anchors;
    }
}
