package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.core.memory.MemoryPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that are written, held against the heap of the process. */
class MemoryFitTest {
    private static final MemoryPlan HALF_A_GIGABYTE = new MemoryPlan(512L * 1024 * 1024, 3);

    @TempDir
    private Path directory;

    private List<Problem> misfits(String limits) throws IOException {
        Files.writeString(
                directory.resolve("kernel.yaml"), "policy_kernel:\n  allow_empty: true\n  limits: " + limits + "\n");
        ConfTexts texts = ConfTexts.readBlocking(directory);
        EngineConfig config = ConfDirectory.parse(texts, _ -> null);
        return MemoryFit.misfits(texts, config, HALF_A_GIGABYTE);
    }

    @Test
    void moreBytesOfMessagesThanTheHeapHasRoomForAreRefusedWithTheArithmetic() throws IOException {
        assertThat(misfits("{ max_buffered_bytes: 268435456 }")).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Problem.Severity.ERROR);
            assertThat(problem.location().line()).isEqualTo(3);
            assertThat(problem.message())
                    .contains(
                            "'limits.max_buffered_bytes' (268435456) does not fit",
                            "of 512 MiB",
                            "23 MiB are for the engine",
                            "52 MiB for the configuration",
                            "77 MiB for 6553 exchanges",
                            "bytes. Raise the heap (POLICY_ENGINE_HEAP=")
                    .endsWith("or leave the key out, which is as much as there is room for");
        });
    }

    @Test
    void moreExchangesThanTheHeapHasRoomForAreRefused() throws IOException {
        assertThat(misfits("{ max_exchanges: 100000 }"))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).contains("'limits.max_exchanges' (100000) does not fit"));
    }

    @Test
    void exchangesThatAreWrittenLeaveLessForMessages() throws IOException {
        assertThat(misfits("{ max_buffered_bytes: 61000000 }")).isEmpty();
        assertThat(misfits("{ max_buffered_bytes: 61000000, max_exchanges: 10000 }"))
                .hasSize(1);
    }

    @Test
    void whatIsNotWrittenFits() throws IOException {
        assertThat(misfits("{}")).isEmpty();
        assertThat(misfits("{ max_exchanges: 10000 }")).isEmpty();
    }
}
