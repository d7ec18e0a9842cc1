package io.policyengine.kernel.blackbox.exchanges;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An {@code Error} within the engine ends the exchange as any other fault of it does, wherever it is thrown: no stream stays without an answer. */
class ErrorsTest {
    private static final String TWO_WORKERS = "workers: [ { name: first }, { name: second } ]\n";

    private static final ImmediateResponse DENIAL =
            new ImmediateResponse(403, HeaderMap.empty(), Buffer.buffer(), "policy_denied");

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    static Stream<Error> errors() {
        return Stream.of(new AssertionError("a bug"), new StackOverflowError(), new NoClassDefFoundError("A"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorInTheTurnOfAMessageEndsItsExchange(Error error) {
        ScriptedWorker worker = kernel.worker("first");
        worker.with("a", Policies.request());
        kernel.start("workers: [ { name: first } ]\n", route("r", "[ { policy: a } ]", "[]"));
        worker.throwInCalls(error);

        assertEnds(kernel.exchange("r", SimRequest.get("/")));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorAfterAPolicyThatWaitedEndsItsExchange(Error error) {
        kernel.worker("first").with("waits", Policies.onRequest(_ -> later(RequestOutcome.proceed(List.of()))));
        ScriptedWorker second = kernel.worker("second");
        second.with("a", Policies.request());
        kernel.start(TWO_WORKERS, route("r", "[ { policy: waits }, { policy: a } ]", "[]"));
        second.throwInCalls(error);

        assertEnds(kernel.exchange("r", SimRequest.get("/")));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorAfterAChunkThatWaitedEndsItsExchange(Error error) {
        kernel.worker("first")
                .with(
                        "waits",
                        BodyNeed.STREAMING,
                        Policies.filtering(() -> (_, _) -> later(Future.succeededFuture(ChunkOutcome.PASS))));
        ScriptedWorker second = kernel.worker("second");
        second.with("a", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(TWO_WORKERS, route("r", "[ { policy: waits }, { policy: a } ]", "[]"));
        second.throwInChunks(error);

        assertEnds(Await.result(kernel.envoy(KernelHarness.filter("r"))
                .exchange(SimRequest.post("/", "body"), Upstream.replying(SimResponse.of(200)))));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorInTheResponsesOfADenialEndsItsExchange(Error error) {
        kernel.worker("first").with("denies", Policies.onRequest(_ -> later(RequestOutcome.respond(DENIAL))));
        ScriptedWorker second = kernel.worker("second");
        second.with("a", Policies.request());
        kernel.start(TWO_WORKERS, route("r", "[ { policy: denies } ]", "[ { policy: a, on_denial: true } ]"));
        second.throwInCalls(error);

        assertEnds(kernel.exchange("r", SimRequest.get("/")));
    }

    private <T> Future<T> later(Future<T> outcome) {
        Promise<T> promise = Promise.promise();
        kernel.vertx().runOnContext(_ -> outcome.onComplete(promise));
        return promise.future();
    }

    private void assertEnds(SimResult result) {
        assertThat(result.status()).isEqualTo(500);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"failed\"}") == 1);
        Await.until(() -> kernel.activeExchanges() == 0 && kernel.openStreams() == 0);
    }
}
