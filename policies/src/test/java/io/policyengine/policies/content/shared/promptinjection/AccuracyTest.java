package io.policyengine.policies.content.shared.promptinjection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Measures the search on the labelled corpus, and keeps docs/reference/prompt-injection.md true to it; {@code -Dgolden.update=true} rewrites it. */
class AccuracyTest {
    private static final Path PAGE = Path.of("../docs/reference/prompt-injection.md");
    private static final double THRESHOLD = 0.7;
    private static final double[] THRESHOLDS = {0.5, 0.6, 0.7, 0.8, 0.9};

    private static final String HEAD = """
            # Accuracy of the search for prompt injection

            Generated from `AccuracyTest` of `policies.promptinjection`: the check `prompt_injection` of
            `contentModerationGuardrail` on ATTACKS attacks and BENIGN benign texts that were written for this test. An attack counts
            as found if its score reaches the threshold. The texts are made from the lines of two files. Within each language
            and kind, every second line was set aside with all texts made from it, and was not looked at while the weights were set.
            The rows "held out" show the texts made from these lines. The figures hold for common attacks and simple variations of
            them; attackers who know the expressions will find wordings that the check misses.

            ## By threshold

            | Threshold | Texts | Attacks found | Attacks missed | Benign texts denied | Precision | Recall |
            |---|---|---|---|---|---|---|
            """;

    /** A text with its score. */
    private record Judged(Corpus.Labelled text, double score) {}

    private final List<Judged> judged = Corpus.texts().stream()
            .map(text -> new Judged(text, PromptInjection.assess(text.text()).score()))
            .toList();

    /** The numbers of texts that were found, missed and wrongly denied. */
    private record Count(long found, long missed, long wrong) {
        double precision() {
            return (double) found / Math.max(1, found + wrong);
        }

        double recall() {
            return (double) found / Math.max(1, found + missed);
        }

        String cells() {
            return String.format(
                    Locale.ROOT, "%d | %d | %d | %.3f | %.3f |", found, missed, wrong, precision(), recall());
        }
    }

    private Count count(double threshold, Predicate<Corpus.Labelled> filter) {
        List<Judged> texts =
                judged.stream().filter(one -> filter.test(one.text)).toList();
        long attacks = texts.stream().filter(one -> one.text.attack()).count();
        long found = texts.stream()
                .filter(one -> one.text.attack() && one.score >= threshold)
                .count();
        long wrong = texts.stream()
                .filter(one -> !one.text.attack() && one.score >= threshold)
                .count();
        return new Count(found, attacks - found, wrong);
    }

    @Test
    void theCorpusIsLargeEnoughToTell() {
        assertThat(judged.stream().filter(one -> one.text.attack())).hasSizeGreaterThan(500);
        assertThat(judged.stream().filter(one -> !one.text.attack())).hasSizeGreaterThan(1000);
        assertThat(judged.stream().map(one -> one.text.group()).filter(group -> group.length() == 2))
                .containsAll(List.of("en", "zh", "hi", "es", "ar", "fr", "bn", "pt", "ru", "ur"));
    }

    @Test
    void fewAttacksAreMissedAndFewBenignTextsDenied() {
        Count all = count(THRESHOLD, _ -> true);
        Count heldOut = count(THRESHOLD, Corpus.Labelled::heldOut);

        assertThat(all.recall()).isGreaterThan(0.93);
        assertThat(all.precision()).isGreaterThan(0.95);
        assertThat(heldOut.recall()).isGreaterThan(0.88);
        assertThat(heldOut.precision()).isGreaterThan(0.93);
    }

    @Test
    void thePageShowsWhatWasMeasured() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private String page() {
        List<String> rows = new ArrayList<>();
        for (double threshold : THRESHOLDS) {
            rows.add(
                    "| " + threshold + " | all | " + count(threshold, _ -> true).cells());
            rows.add("| " + threshold + " | held out | "
                    + count(threshold, Corpus.Labelled::heldOut).cells());
        }
        long attacks = judged.stream().filter(one -> one.text.attack()).count();
        return HEAD.replace("ATTACKS", Long.toString(attacks)).replace("BENIGN", Long.toString(judged.size() - attacks))
                + String.join("\n", rows)
                + "\n\n## Attacks by language and disguise, threshold " + THRESHOLD
                + "\n\n| Language or disguise | Found | Missed |\n|---|---|---|\n"
                + groups(one -> one.text.attack(), one -> one.text.group())
                + "\n\n## Benign texts by kind, threshold " + THRESHOLD
                + "\n\n| Kind | Denied | Passed |\n|---|---|---|\n"
                + groups(one -> !one.text.attack(), one -> one.text.kind())
                + """


                `about` are texts about prompts and attacks on them. `like` are benign texts that sound like attacks. `system` are
                ordinary system prompts, which reach the check in the same requests as the texts of users.
                """;
    }

    private String groups(Predicate<Judged> filter, Function<Judged, String> group) {
        Map<String, long[]> counts = new TreeMap<>();
        judged.stream()
                .filter(filter)
                .forEach(one ->
                        counts.computeIfAbsent(group.apply(one), _ -> new long[2])[one.score >= THRESHOLD ? 0 : 1]++);
        Stream<String> rows = counts.entrySet().stream()
                .map(row -> "| " + row.getKey() + " | " + row.getValue()[0] + " | " + row.getValue()[1] + " |");
        return String.join("\n", rows.toList());
    }
}
