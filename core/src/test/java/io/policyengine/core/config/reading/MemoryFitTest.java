package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.LimitsConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that are written, held against the heap of the process. */
class MemoryFitTest {
    private static final MemoryPlan HALF_A_GIGABYTE = new MemoryPlan(512L * 1024 * 1024, 3);

    @TempDir
    private Path directory;

    private List<Problem> misfits(String limits) throws IOException {
        return misfitsOf("limits: " + limits);
    }

    private List<Problem> misfitsOf(String settings) throws IOException {
        Files.writeString(
                directory.resolve("kernel.yaml"), "policy_kernel:\n  allow_empty: true\n  " + settings + "\n");
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
                            "the heap of at most 512 MiB",
                            "27 MiB for the engine",
                            "1 MiB for the configuration",
                            "84 MiB for the state of policies",
                            "97 MiB for 6208 exchanges",
                            "bytes of the heap. Raise the heap (POLICY_ENGINE_HEAP=")
                    .endsWith("or remove the key to use all that there is room for");
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
        assertThat(misfits("{ max_buffered_bytes: 53000000 }")).isEmpty();
        assertThat(misfits("{ max_buffered_bytes: 53000000, max_exchanges: 10000 }"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"server, max_message_bytes", "limits, max_decoded_bytes"})
    void aMessageThatIsLargerThanAllTogetherMayBeIsRefusedWithTheArithmetic(String part, String key)
            throws IOException {
        assertThat(misfitsOf(part + ": { " + key + ": 53000000 }")).isEmpty();
        assertThat(misfitsOf(part + ": { " + key + ": 70000000 }"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Problem.Severity.ERROR);
                    assertThat(problem.location().line()).isEqualTo(3);
                    assertThat(problem.message())
                            .contains(
                                    "'" + part + "." + key + "' (70000000) is more than all messages together may hold",
                                    "'limits.max_buffered_bytes' is 53",
                                    "of at most 512 MiB",
                                    "Raise the heap (POLICY_ENGINE_HEAP=");
                });
    }

    @Test
    void aWrittenSumIsRaisedWithWhatIsLargerThanIt() throws IOException {
        assertThat(misfits("{ max_buffered_bytes: 1000000, max_decoded_bytes: 1000001 }"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .isEqualTo("'limits.max_decoded_bytes' (1000001) is more than all messages together may hold: "
                                + "'limits.max_buffered_bytes' is 1000000. Raise 'limits.max_buffered_bytes', or remove "
                                + "the key to use all that there is room for"));
        assertThat(misfits("{ max_buffered_bytes: 1000000, max_decoded_bytes: 1000000 }"))
                .isEmpty();
        assertThat(misfits("{ max_buffered_bytes: 1000000 }")).isEmpty();
    }

    @Test
    void whatIsNotWrittenIsNoMoreThanAllTogether() throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { allow_empty: true }\n");
        LimitsConfig limits = ConfDirectory.read(directory, _ -> null).kernel().limits();

        assertThat(limits.maxDecodedBytes(1_000_000)).isEqualTo(1_000_000);
        assertThat(limits.maxDecodedBytes(100_000_000)).isEqualTo(8_388_608);
    }

    @Test
    void moreValuesThanTheHeapHasRoomForAreRefused() throws IOException {
        ConfTexts texts = ConfTexts.readBlocking(directory);
        EngineConfig large = new EngineConfig(
                ConfDirectory.parse(texts, _ -> null).kernel(), List.of(), List.of(), List.of(), List.of(), 200_000);

        assertThat(MemoryFit.misfits(texts, large, HALF_A_GIGABYTE))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .contains("200000 values", "this heap has room for 133562", "POLICY_ENGINE_HEAP"));
    }

    @Test
    void moreWindowsThanTheContainerHasRoomForAreRefusedWithTheArithmetic() throws IOException {
        Files.writeString(
                directory.resolve("kernel.yaml"),
                "policy_kernel:\n  allow_empty: true\n  limits: { max_window_bytes: 134217728 }\n");
        ConfTexts texts = ConfTexts.readBlocking(directory);
        EngineConfig config = ConfDirectory.parse(texts, _ -> null);

        assertThat(MemoryFit.misfits(texts, config, new ProcessMemory(480L << 20, 256L << 20, 0)))
                .isEmpty();
        assertThat(MemoryFit.misfits(texts, config, new ProcessMemory(479L << 20, 256L << 20, 0)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Problem.Severity.ERROR);
                    assertThat(problem.location().line()).isEqualTo(3);
                    assertThat(problem.message())
                            .contains(
                                    "'limits.max_window_bytes' (134217728) does not fit: the container or machine has 479 MiB",
                                    "256 MiB for the heap",
                                    "POLICY_ENGINE_HEAP");
                });
    }

    @Test
    void whatIsNotWrittenFits() throws IOException {
        assertThat(misfits("{}")).isEmpty();
        assertThat(misfits("{ max_exchanges: 10000 }")).isEmpty();
    }
}
