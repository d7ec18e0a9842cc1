package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.harness.Bodies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message says of the length of its body is not believed: the bytes that come count. */
class DeclaredLengthTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    /** Of a body of seven bytes. */
    private static final List<String> LIES = List.of("0", "6", "8", "5000");

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    static Stream<Arguments> liesInWholeModes() {
        return Bodies.wholeModes().flatMap(mode -> LIES.stream().map(lie -> Arguments.of(mode, lie)));
    }

    static Stream<Arguments> liesInChunkModes() {
        return Bodies.chunkModes().flatMap(mode -> LIES.stream().map(lie -> Arguments.of(mode, lie)));
    }

    private SimResult exchange(BodySendMode mode, String declared) {
        return Await.result(kernel.envoy(Bodies.filter(mode))
                .exchange(
                        SimRequest.post("/", "one ", "two").withHeader("content-length", declared),
                        Upstream.replying(SimResponse.of(200, "six ", "ten").withHeader("content-length", declared))));
    }

    @ParameterizedTest
    @MethodSource("liesInWholeModes")
    void policiesGetTheWholeBodyWhateverItsDeclaredLength(BodySendMode mode, String declared) {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, Bodies.capitals());
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[ { policy: capitals } ]"));

        SimResult result = exchange(mode, declared);

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("ONE TWO");
        assertThat(result.reached().header("content-length")).isIn(null, "7");
        assertThat(result.response().bodyText()).isEqualTo("SIX TEN");
        assertThat(result.response().header("content-length")).isIn(null, "7");
    }

    @ParameterizedTest
    @MethodSource("liesInChunkModes")
    void policiesGetEveryChunkWhateverTheDeclaredLength(BodySendMode mode, String declared) {
        kernel.worker("w").with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(WORKER, route("r", "[ { policy: capitals } ]", "[ { policy: capitals } ]"));

        SimResult result = exchange(mode, declared);

        assertThat(result.faults()).isEmpty();
        assertThat(result.reached().bodyText()).isEqualTo("ONE TWO");
        assertThat(result.reached().header("content-length")).isIn(null, "7");
        assertThat(result.response().bodyText()).isEqualTo("SIX TEN");
        assertThat(result.response().header("content-length")).isIn(null, "7");
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.kernel.harness.Bodies#wholeModes")
    void aBodyBeyondTheLimitIsRefusedThoughItSaysThatItIsShort(BodySendMode mode) {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, Bodies.capitals());
        kernel.start(WORKER, """
                route_policies:
                  - route_name: r
                    request_flow: { max_body_bytes: 6, policy_chain: [ { policy: capitals } ] }
                """);

        assertThat(exchange(mode, "1").status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-7", "seven", "99999999999999999999", "7, 7", ""})
    void aLengthThatIsNoNumberRefusesNoBodyThatFits(String declared) {
        kernel.worker("w").with("capitals", BodyNeed.BUFFERED, Bodies.capitals());
        kernel.start(WORKER, """
                route_policies:
                  - route_name: r
                    request_flow: { max_body_bytes: 7, policy_chain: [ { policy: capitals } ] }
                """);

        assertThat(exchange(BodySendMode.BUFFERED, declared).reached().bodyText())
                .isEqualTo("ONE TWO");
    }
}
