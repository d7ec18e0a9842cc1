package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.kernel.harness.Bodies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that have no content (RFC 9110 §6.4.1), whatever upstream and policies say: a byte of it would begin the next response. */
class NoContentTest {
    /** Response chains, of which the later ones look at bodies as well. */
    private static final List<String> CHAINS = List.of(
            "[ { policy: status } ]",
            "[ { policy: status }, { policy: set } ]",
            "[ { policy: set }, { policy: status } ]",
            "[ { policy: status }, { policy: loud } ]",
            "[ { policy: loud }, { policy: status } ]",
            "[ { policy: status }, { policy: set }, { policy: loud } ]",
            "[ { policy: status }, { policy: whole } ]",
            "[ { policy: whole }, { policy: status } ]",
            "[ { policy: status }, { policy: set }, { policy: whole } ]",
            "[ { policy: whole }, { policy: set }, { policy: status } ]");

    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("set", Policies.response(new SetBody(Buffer.buffer("of a policy"), "text/plain")))
            .with("loud", BodyNeed.STREAMING, Policies.chunks(it -> it.copy().appendString("!")))
            .with("whole", BodyNeed.BUFFERED, Policies.response(new SetHeader("x-whole", "1")))
            .with("deny", Policies.denying(204, "denied"))
            .with("end", Policies.request())
            .withEnd("end", EndAccuracy.EXACT);

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(int status, String chain) {
        worker.with("status", Policies.response(new SetStatusCode(status)));
        kernel.start(WORKER, route("r", "[]", chain));
    }

    private SimResult exchange(BodySendMode mode, SimRequest request, SimResponse response) {
        return Await.result(kernel.envoy(Bodies.filter(mode)).exchange(request, Upstream.replying(response)));
    }

    static Stream<Arguments> cases() {
        return CHAINS.stream()
                .flatMap(chain -> (chain.contains("whole") ? Bodies.wholeModes() : Bodies.chunkModes())
                        .map(mode -> Arguments.of(chain, mode)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aStatusWithoutContentTakesTheBodyAway(String chain, BodySendMode mode) {
        start(204, chain);

        SimResult result = exchange(
                mode, SimRequest.get("/"), SimResponse.of(200, "three ", "four").withContentLength());

        assertThat(result.faults()).isEmpty();
        assertThat(result.status()).isEqualTo(204);
        assertThat(result.response().bodyText()).isEmpty();
        assertThat(result.response().header("content-length")).isNull();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aResponseToHeadHasNoneWhateverItsHeadersSay(String chain, BodySendMode mode) {
        start(200, chain);
        SimResponse upstream = SimResponse.of(200, "")
                .withHeader("content-length", "123456789")
                .withHeader("content-encoding", "br");

        SimResult result = exchange(mode, SimRequest.get("/").withMethod("HEAD"), upstream);

        assertThat(result.faults()).isEmpty();
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().header("x-whole")).isEqualTo(chain.contains("whole") ? "1" : null);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 304})
    void soDoesEachOfThem(int status) {
        start(status, "[ { policy: status } ]");

        SimResult replaced = exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200, "body"));
        SimResult empty = exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200));

        assertThat(replaced.faults()).isEmpty();
        assertThat(replaced.status()).isEqualTo(status);
        assertThat(replaced.response().bodyText()).isEmpty();
        assertThat(empty.faults()).isEmpty();
        assertThat(empty.received().getLast().getResponseHeaders().getResponse().hasBodyMutation())
                .isFalse();
    }

    @Test
    void aDenialWithoutContentLosesItsBody() {
        kernel.start(WORKER, route("r", "[ { policy: deny } ]", "[]"));

        SimResult result = exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200));

        assertThat(result.faults()).isEmpty();
        assertThat(result.status()).isEqualTo(204);
        assertThat(result.response().bodyText()).isEmpty();
    }

    /** The end of a body that is replaced is not asked for, so that it is not missed either. */
    @Test
    void aReplacedResponseSaysNothingAboutOverrides() {
        kernel.start(WORKER, route("r", "[ { policy: end } ]", "[ { policy: set } ]"));

        for (int i = 0; i < 5; i++) {
            SimResult result = exchange(BodySendMode.NONE, SimRequest.get("/"), SimResponse.of(200, "body"));

            assertThat(result.status()).isEqualTo(200);
            assertThat(result.response().bodyText()).isEqualTo("of a policy");
        }
    }
}
