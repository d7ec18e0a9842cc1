package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Uploads;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * More bytes under way than an engine has memory: it holds what {@code limits.max_buffered_bytes} allows, and the rest waits in
 * Envoy and the clients.
 */
@Tag("alone")
@Tag("nightly")
class UploadIT {
    private static final int UPLOADS = 200;
    private static final long MIB = 1 << 20;

    /** Heap, direct memory, and as much again for code, metadata and threads. */
    private static final long MAX_MEMORY = 3 * 128 * MIB;

    /** Of each upload; {@code -Dpolicyengine.upload.bytes=16777216} makes it 3 GiB in all, which takes minutes. */
    private static final long BYTES = Long.getLong("policyengine.upload.bytes", 4 * MIB);

    static Stream<Arguments> setups() {
        Setup oneProcess = new Setup(EnvoyVersion.V1_40, Shape.EMBEDDED);
        return Stream.of(Arguments.of(oneProcess, 1 << 20), Arguments.of(oneProcess, 64 << 10));
    }

    @ParameterizedTest
    @MethodSource("setups")
    void passesUploadsThatAreTogetherLargerThanTheMemory(Setup setup, int envoysBuffer) {
        TestConf conf = TestConf.ofTests()
                .underLoad()
                .withJvmOptions("-Xmx128m", "-XX:MaxDirectMemorySize=128m")
                .replacing(
                        "kernel.yaml",
                        "message_timeout_ms: 20000",
                        "message_timeout_ms: 60000, buffer_limit_bytes: " + envoysBuffer)
                .replacing("kernel.yaml", "phase_timeout_ms: 15000", "phase_timeout_ms: 50000")
                .with("routes/upload.yaml", """
                        route_policies:
                          - route_name: /upload
                            request_flow:
                              processing_mode: streaming
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: SECRET, with: redacted }] } }]
                        """);
        try (Stack stack = Stack.start(setup, conf);
                Uploads uploads = new Uploads(stack.envoy().port(), UPLOADS)) {

            List<String> problems = Load.await(uploads.send("/upload?digest", UPLOADS, BYTES));

            assertThat(problems).as(() -> stack.kernel().process().output()).isEmpty();
            stack.kernel().process().requireAlive();
            assertThat(stack.kernel().process().peakMemory()).isLessThan(MAX_MEMORY);
        }
    }
}
