package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps the pages of docs/reference/limits true to the bounds of the code: constants, capacities, and the ranges of keys and parameters. Constants
 * are those whose names say that they bound something, and those that the hand-written pages of limits name. A bound
 * that is new or changed fails the build until they are rewritten, by {@code -Dgolden.update=true}. So does one without a description, until its
 * javadoc, or its {@code @Doc}, says what is bounded.
 */
class LimitsReferenceTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGES = ROOT.resolve("docs/reference/limits");
    private static final Set<String> NONE = Set.of();

    @Test
    void thePagesShowAllBounds() throws IOException {
        Map<String, String> pages = pages();

        if (Boolean.getBoolean("golden.update")) {
            rewrite(pages);
        }
        assertThat(onDisk()).isEqualTo(pages);
    }

    @Test
    void eachBoundHasADescription() {
        List<String> undescribed = new ArrayList<>();
        for (SourceBounds bounds : BoundAreas.all().values()) {
            undescribed.addAll(bounds.undescribed());
        }

        assertThat(undescribed).isEmpty();
    }

    @Test
    void boundsOfAllKindsAreFound(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("Samples.java"), """
                final class Samples {
                    /** Bytes of things, as {@code Things} has them. More is said here. */
                    static final int MAX_THINGS = 16 << 20;

                    /** Maximum time that a thing waits. */
                    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

                    /** Things in use. They are counted. */
                    final Capacity things = new Capacity(MAX_THINGS);

                    interface Store {
                        /** Maximum number of keys. */
                        int MAX_KEYS = 100;
                    }

                    record Params(
                            @Doc("How many wait.") @Default("8") @Range(min = 1, max = 100) int maxWaiting,
                            @Doc("How long.") @JsonProperty("max_wait_ms") @Range(min = 1) Duration maxWait,
                            @Doc("Bytes of all.") @Range(min = Params.LEAST, max = 8_000_000_000L) long maxBytes) {
                        static final int LEAST = 4;
                    }

                    Object drafts(PolicyEnvironment env) {
                        return env.capacity("drafts", 2 * MAX_THINGS);
                    }
                }
                """);

        SourceBounds bounds = SourceBounds.of(List.of(source), NONE);

        assertThat(bounds.constants())
                .containsExactly(
                        new SourceBounds.Constant(
                                "Samples.LONGEST_WAIT", "Duration.ofSeconds(5)", "Maximum time that a thing waits."),
                        new SourceBounds.Constant(
                                "Samples.MAX_THINGS", "16 << 20", "Bytes of things, as `Things` has them."),
                        new SourceBounds.Constant("Samples.Store.MAX_KEYS", "100", "Maximum number of keys."));
        assertThat(bounds.capacities())
                .containsExactly(
                        new SourceBounds.Taken("Samples", "drafts", "2 * (16 << 20)", "Bytes of drafts."),
                        new SourceBounds.Taken("Samples", "things", "16 << 20", "Things in use."));
        assertThat(bounds.ranges())
                .containsExactly(
                        new SourceBounds.Ranged("Samples.Params", "max_bytes", "", "4 to 8000000000", "Bytes of all."),
                        new SourceBounds.Ranged("Samples.Params", "max_wait_ms", "", "at least 1", "How long."),
                        new SourceBounds.Ranged("Samples.Params", "max_waiting", "8", "1 to 100", "How many wait."));
        assertThat(bounds.undescribed()).isEmpty();
    }

    @Test
    void boundsWithoutADescriptionAreReported(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("Samples.java"), """
                final class Samples {
                    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

                    // Bytes of things.
                    static final int MAX_THINGS = 16 << 20;

                    final Capacity things = new Capacity(8);

                    record Params(@Default("8") @Range(min = 1, max = 100) int maxWaiting) {}
                }
                """);

        SourceBounds bounds = SourceBounds.of(List.of(source), NONE);

        assertThat(bounds.undescribed())
                .containsExactly(
                        "Samples.LONGEST_WAIT has no javadoc: say what it bounds, with the unit",
                        "Samples.MAX_THINGS has no javadoc: say what it bounds, with the unit",
                        "Samples.things has no javadoc: say what it counts, with the unit",
                        "Samples.Params.max_waiting has no @Doc: say what it is, with the unit");
    }

    @Test
    void statusesAndRatiosAndTheLargestValueOfATypeAreNoBounds(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("Samples.java"), """
                final class Samples {
                    static final int GATEWAY_TIMEOUT = 504;

                    static final double AFTER_TIMEOUT = 0.9;

                    static final int SWEEPS_IN_A_LIMIT = 4;

                    static final int MAX = Integer.MAX_VALUE;

                    static final long MAX_WINDOW = Integer.MAX_VALUE;

                    static final int MAX_TIMEOUT = 600;

                    static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

                    static final Duration TIME_LIMIT = Duration.ofSeconds(5);
                }
                """);

        SourceBounds bounds = SourceBounds.of(List.of(source), NONE);

        assertThat(bounds.constants())
                .extracting(SourceBounds.Constant::name)
                .containsExactly(
                        "Samples.MAX_TIMEOUT", "Samples.MAX_WINDOW", "Samples.READ_TIMEOUT", "Samples.TIME_LIMIT");
    }

    @Test
    void aConstantThatAHandWrittenPageNamesIsABoundWhateverItsName(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("Samples.java"), """
                final class Samples {
                    /** Number of cells. */
                    static final int CELLS = 64;

                    static final int OTHERS = 8;
                }
                """);

        SourceBounds bounds = SourceBounds.of(List.of(source), Set.of("Samples.CELLS"));

        assertThat(bounds.constants())
                .containsExactly(new SourceBounds.Constant("Samples.CELLS", "64", "Number of cells."));
    }

    private static void rewrite(Map<String, String> pages) throws IOException {
        Files.createDirectories(PAGES);
        for (String gone : onDisk().keySet()) {
            if (!pages.containsKey(gone)) {
                Files.delete(PAGES.resolve(gone));
            }
        }
        for (var page : pages.entrySet()) {
            Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
        }
    }

    private static Map<String, String> onDisk() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        if (Files.isDirectory(PAGES)) {
            try (Stream<Path> files = Files.list(PAGES)) {
                for (Path file : files.toList()) {
                    pages.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        return pages;
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>();
        BoundAreas.all().forEach((area, bounds) -> pages.put(area + ".md", BoundsPage.of(area, bounds)));
        return pages;
    }
}
