package io.policyengine.policies.content.shared.entities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Measures the search on the labelled corpus, and keeps docs/reference/entities.md true to it; {@code -Dgolden.update=true} rewrites it. */
class AccuracyTest {
    private static final Path PAGE = Path.of("../docs/reference/entities.md");
    private static final Set<Entity> STRUCTURED =
            EnumSet.of(Entity.CREDIT_CARD, Entity.IBAN, Entity.API_KEY, Entity.AWS_KEY, Entity.PRIVATE_KEY, Entity.JWT);

    private static final String KINDS = """
            | `email` | local part of at most 64 characters, `@` or `%40`, a domain of two labels or more; letters beyond ASCII |
            | `phone` | `+` or `00` and a country code; North American numbers; groups with a leading 0; an area code in brackets; any number after a context word |
            | `credit_card` | 12 to 19 digits in the ranges and lengths of their issuers, Luhn's digit, groups like those of cards |
            | `iban` | structure of its country by ISO 13616, remainder by 97 |
            | `ip_address` | IPv4 without leading zeros, IPv6; not after a word for a version |
            | `us_ssn` | three, two and four digits, in ranges that are in use; nine digits after a context word |
            | `uk_nino` | a prefix that is in use, six digits, A to D |
            | `de_tax_id` | eleven digits, one of the first ten repeated, check digit of ISO 7064 |
            | `in_aadhaar` | twelve digits, not beginning with 0 or 1, Verhoeff's check digit |
            | `passport` | a number of 6 to 10 characters after a context word; machine-readable lines |
            | `api_key` | `sk-`, `sk-proj-`, `sk-ant-`, `ghp_`, `github_pat_`, `glpat-`, `sk_live_`, `xoxb-`, `AIza` and relatives |
            | `jwt` | three or five parts in base64url, the first is JSON with an algorithm |
            | `private_key` | PEM from the first line to the last, or to the point where it is cut off |
            | `aws_key` | `AKIA` and similar prefixes with 16 characters; a secret access key after a context word |

            Decimal digits, dashes, spaces and full-width forms of all scripts are read as ASCII, and so are letters of Cyrillic and
            Greek that look like ASCII letters. Digits may be in groups, separated by up to three blanks, hyphens, full stops,
            slashes or underscores. A context word is in one of some twenty languages, at most 40 characters before the entity, with
            no other number in between.
            """;

    /** Places that were found and are labelled, found only, and labelled only. */
    private static final class Count {
        private int right;
        private int wrong;
        private int missed;

        private double precision() {
            return right == 0 ? 0 : (double) right / (right + wrong);
        }

        private double recall() {
            return right == 0 ? 0 : (double) right / (right + missed);
        }
    }

    private final List<Corpus.Labelled> corpus = Corpus.texts();
    private final Map<Entity, Count> counts = new EnumMap<>(Entity.class);
    private final List<String> faults = new ArrayList<>();

    AccuracyTest() {
        for (Entity entity : Entity.values()) {
            counts.put(entity, new Count());
        }
        EntityFinder finder = new EntityFinder(EnumSet.allOf(Entity.class));
        for (Corpus.Labelled text : corpus) {
            judge(
                    text,
                    finder.find(text.text()).stream()
                            .map(found -> new Corpus.Label(found.entity(), found.start(), found.end()))
                            .toList());
        }
    }

    private void judge(Corpus.Labelled text, List<Corpus.Label> found) {
        for (Corpus.Label label : text.labels()) {
            if (found.contains(label)) {
                count(label).right++;
            } else {
                count(label).missed++;
                faults.add("missed " + label + " in " + text.text());
            }
        }
        for (Corpus.Label label : found) {
            if (!text.labels().contains(label)) {
                count(label).wrong++;
                faults.add("wrong " + label + " in " + text.text());
            }
        }
    }

    private Count count(Corpus.Label label) {
        return Objects.requireNonNull(counts.get(label.entity()));
    }

    @Test
    void theCorpusHasAThousandTextsInTenLanguages() {
        assertThat(corpus).hasSizeGreaterThan(1000);
        assertThat(corpus.stream().map(Corpus.Labelled::language).distinct()).hasSizeGreaterThanOrEqualTo(10);
        assertThat(corpus.stream().filter(text -> text.labels().isEmpty())).hasSizeGreaterThan(1000);
    }

    @Test
    void structuredKindsAreFoundAndNothingElseIsTakenForThem() {
        for (Entity entity : STRUCTURED) {
            Count count = Objects.requireNonNull(counts.get(entity));
            assertThat(count.right + count.missed).as("texts with %s", entity).isGreaterThan(100);
            assertThat(count.recall()).as("recall of %s: %s", entity, faults).isGreaterThanOrEqualTo(0.99);
            assertThat(count.precision())
                    .as("precision of %s: %s", entity, faults)
                    .isGreaterThanOrEqualTo(0.98);
        }
    }

    @Test
    void thePageShowsWhatWasMeasured() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).as("faults: %s", faults).isEqualTo(page);
    }

    private String page() {
        StringBuilder rows = new StringBuilder();
        counts.forEach((entity, count) -> rows.append("| `%s` | %d | %d | %d | %.3f | %.3f |%n"
                .formatted(
                        entity.code(),
                        count.right + count.missed,
                        count.wrong,
                        count.missed,
                        count.recall(),
                        count.precision())));
        long others = corpus.stream().filter(text -> text.labels().isEmpty()).count();
        return """
                # Entities that are found in text

                Generated by `AccuracyTest`. It measures the search that policies for personal data and for secrets share, on %d
                texts in %d languages that a seeded generator makes from its own sentences. %d of them contain no entity, but
                something similar: order numbers, versions, digests, dates, identifiers, numbers with a wrong check digit. These numbers
                are random, so some order numbers with 16 digits are also valid card numbers; they count as found wrongly.

                An occurrence counts as found if entity, beginning and end are those of the label.

                | entity | occurrences | found wrongly | missed | recall | precision |
                |---|---|---|---|---|---|
                %s
                ## How they are recognized

                | entity | what counts |
                |---|---|
                """.formatted(
                                corpus.size(),
                                corpus.stream()
                                        .map(Corpus.Labelled::language)
                                        .distinct()
                                        .count(),
                                others,
                                rows)
                + KINDS;
    }
}
