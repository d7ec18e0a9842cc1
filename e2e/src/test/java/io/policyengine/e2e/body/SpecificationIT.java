package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The specification's own sample behind a real Envoy, as it stands but for the places that a test cannot have, and time for a busy machine.
 */
@ParameterizedClass
@MethodSource("setups")
class SpecificationIT {
    private static final Path SAMPLE = Path.of("../conf/examples/specification");
    private static final String SOCKET = "/var/run/policy-engine/workers/default.sock";

    private static @Nullable Stack started;

    private final Stack stack;

    SpecificationIT(Setup setup) {
        if (started == null) {
            throw new IllegalStateException(setup + " is not started");
        }
        this.stack = started;
    }

    static Stream<Setup> setups() {
        return Setup.alternating(Shape.TWO_PROCESSES, Shape.TWO_PROCESSES);
    }

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) throws IOException {
        TestConf conf = TestConf.empty();
        for (String file : List.of("kernel.yaml", "worker.yaml", "keys.yaml")) {
            conf.with(file, Files.readString(SAMPLE.resolve(file)));
        }
        started = Stack.start(
                setup,
                conf.replacing("kernel.yaml", "\"0.0.0.0\", port: 9001", "127.0.0.1, port: 0, drain_delay_ms: 0")
                        .replacing("kernel.yaml", "metrics_port: 9090", "metrics_port: 0")
                        .replacing("kernel.yaml", "timeout_ms: 500", "timeout_ms: 5000")
                        .replacing("kernel.yaml", SOCKET, "SOCKET")
                        .replacing("worker.yaml", SOCKET, "SOCKET")
                        .replacing("worker.yaml", "policies:", "observability: { metrics_port: 0 }\n  policies:"));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    @Test
    void aRequestWithoutKeyIsDeniedWithTheFieldsOfTheResponseFlow() {
        Web.Answer answer = stack.get("/api/v1/users");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("x-frame-options")).isEqualTo("DENY");
    }

    @Test
    void aRequestWithAKeyOfTheWorkersFilePasses() {
        Web.Answer answer = stack.get("/api/v1/users", "X-API-Key", "sample-key");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.seenUpstream("x-user-id")).isEqualTo("sample");
        assertThat(answer.header("x-frame-options")).isEqualTo("DENY");
    }

    @Test
    void administratorsNeedAToken() {
        int before = stack.upstream().received();

        assertThat(stack.get("/api/v1/admin").status()).isEqualTo(401);
        assertThat(stack.get("/api/v1/admin", "Authorization", "Bearer none").status())
                .isEqualTo(401);
        assertThat(stack.upstream().received()).isEqualTo(before);
    }
}
