package io.policyengine.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.LimitsConfig;
import io.policyengine.core.params.Doc;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Holds the figures of the page about memory, and of the reference, to those of the code. */
class MemoryPageTest {
    private static final Path PAGE = Path.of("../docs/architecture/memory.md");
    private static final Pattern HEAP =
            Pattern.compile("\\| ([0-9]+) (MiB|GiB) \\| ([0-9,]+) \\| ([0-9,]+) \\| ([0-9]+) MiB \\| ([0-9,]+) \\|");
    private static final Map<Double, String> PARTS =
            Map.of(0.1, "a tenth", 0.15, "15 %", 0.2, "a fifth", 0.25, "a quarter");
    private static final long MIB = 1 << 20;

    /** Figures of the page are rounded to two digits. */
    private static final Percentage ROUNDED = Percentage.withPercentage(5);

    @Test
    void theTableOfHeapsHasTheFiguresOfThePlan() throws IOException {
        List<MatchResult> rows = HEAP.matcher(Files.readString(PAGE)).results().toList();

        assertThat(rows).hasSize(6);
        for (MatchResult row : rows) {
            MemoryPlan plan =
                    new MemoryPlan(number(row.group(1)) * (row.group(2).equals("GiB") ? 1024 : 1) * MIB, 3);
            int exchanges = plan.maxExchanges();
            assertThat(number(row.group(3))).as(row.group()).isEqualTo(exchanges);
            assertThat(number(row.group(4))).as(row.group()).isCloseTo(plan.maxStreams(0, exchanges), ROUNDED);
            assertThat(number(row.group(5))).as(row.group()).isEqualTo(plan.maxBufferedBytes(0, exchanges) / MIB);
            assertThat(number(row.group(6))).as(row.group()).isCloseTo(plan.maxValues(), ROUNDED);
        }
    }

    @Test
    void theDefaultOfExchangesIsDescribedAsItIsComputed() throws IOException {
        String part = Objects.requireNonNull(PARTS.get(MemoryPlan.OF_EXCHANGES));
        String bytes = MemoryPlan.AN_EXCHANGE / 1024 + " KiB";

        assertThat(doc("writtenMaxExchanges"))
                .contains("Absent: " + part + " of the heap beyond the engine's own part, divided by " + bytes
                        + "; at least " + MemoryPlan.MIN_EXCHANGES + " and at most " + MemoryPlan.MAX_EXCHANGES);
        assertThat(Files.readString(PAGE))
                .contains("| exchanges | " + bytes + " each | `limits.max_exchanges`; by default " + part
                        + " of the heap without the engine's part, at most "
                        + String.format("%,d", MemoryPlan.MAX_EXCHANGES) + " exchanges |");
    }

    private static String doc(String component) {
        return Stream.of(LimitsConfig.class.getRecordComponents())
                .filter(found -> found.getName().equals(component))
                .map(RecordComponent::getAccessor)
                .map(accessor -> Objects.requireNonNull(accessor.getAnnotation(Doc.class))
                        .value())
                .findFirst()
                .orElseThrow();
    }

    private static long number(String digits) {
        return Long.parseLong(digits.replace(",", ""));
    }
}
