package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The answers of Envoy to clients while no engine answers: docs/envoy/operation.md has a table of it. */
class AbsentEngineIT {
    private static final String STATUS =
            "(?s)\\s*status_on_error:\\s*\\{?\\s*code:\\s*\"?ServiceUnavailable\"?\\s*?}?(?=\\n)";

    /** Returns the answer to a request through an Envoy whose engine is at this port; the upstream must not see it. */
    private static Web.Answer answer(int enginePort, UnaryOperator<String> changes) {
        try (TestConf conf = TestConf.ofTests();
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy = EnvoyProcess.start(
                        EnvoyVersion.single(), conf.directory(), enginePort, upstream.port(), changes)) {
            Web.Answer answer = Web.get(envoy.port(), "/both");
            assertThat(upstream.received()).as("requests at the upstream").isZero();
            return answer;
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void withTheConfigurationThatIsPrintedTheyGet503IfNoEngineIsThere() throws IOException {
        Web.Answer answer = answer(closedPort(), UnaryOperator.identity());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("x-details")).startsWith("ext_proc_error_gRPC_error_14");
    }

    @Test
    void withoutStatusOnErrorTheyGet500IfNoEngineIsThere() throws IOException {
        Web.Answer answer = answer(closedPort(), printed -> {
            String changed = printed.replaceFirst(STATUS, "");
            assertThat(changed).isNotEqualTo(printed).doesNotContain("status_on_error");
            return changed;
        });

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("x-details")).startsWith("ext_proc_error_gRPC_error_14");
    }

    @Test
    void theyGet504IfTheEngineIsThereAndDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {

            Web.Answer answer = answer(silent.getLocalPort(), printed -> {
                String changed = printed.replaceFirst("(?<![\\w.])message_timeout: \\S+", "message_timeout: 0.5s");
                assertThat(changed).isNotEqualTo(printed);
                return changed;
            });

            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.header("x-details")).startsWith("ext_proc_error_per-message_timeout_exceeded");
        }
    }
}
