package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one route waits for holds up no other: each has its share of the calls and chunks that are under way in a worker. */
class BulkheadTest {
    private static final String ROUTES = """
            route_policies:
              - { route_name: slow, request_flow: { policy_chain: [ { policy: slow } ] } }
              - { route_name: other, request_flow: { policy_chain: [ { policy: slow } ] } }
              - { route_name: body, request_flow: { policy_chain: [ { policy: body } ] } }
              - { route_name: fast, request_flow: { policy_chain: [ { policy: fast } ] } }
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final Promise<RequestOutcome> answer = Promise.promise();
    private final Promise<ChunkOutcome> passed = Promise.promise();
    private final AtomicInteger begun = new AtomicInteger();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(int maxCalls) {
        kernel.worker("w")
                .with("slow", Policies.onRequest(_ -> {
                    begun.incrementAndGet();
                    return answer.future();
                }))
                .with("body", BodyNeed.STREAMING, Policies.filtering(() -> (_, _) -> {
                    begun.incrementAndGet();
                    return passed.future();
                }))
                .with("fast", Policies.request(new SetHeader("x-set", "1")));
        kernel.start(
                "workers: [ { name: w, timeout_ms: 5000, max_calls: " + maxCalls
                        + " } ]\nenvoy: { message_timeout_ms: 60000 }\nlimits: { phase_timeout_ms: 50000 }\n",
                ROUTES);
    }

    private static Future<SimResult> get(EnvoySim envoy) {
        return envoy.exchange(SimRequest.get("/"), Upstream.replying(200));
    }

    /** Sends one request after another over one connection, until one is refused; those that are not wait. */
    private List<Future<SimResult>> fill(String routeName) {
        EnvoySim envoy = kernel.envoy(KernelHarness.filter(routeName));
        List<Future<SimResult>> waiting = new ArrayList<>();
        while (true) {
            int before = begun.get();
            Future<SimResult> next = get(envoy);
            Await.until(() -> begun.get() > before || next.isComplete());
            if (begun.get() == before) {
                assertThat(Await.result(next).status()).isEqualTo(503);
                assertThat(Await.result(next).response().bodyText()).contains("\"OVERLOADED\"");
                return waiting;
            }
            waiting.add(next);
        }
    }

    @Test
    void aRouteWhosePolicyIsSlowLeavesCallsToOthers() {
        start(40);

        List<Future<SimResult>> slow = fill("slow");

        // One connection, so one event loop; three quarters of what it may have.
        assertThat(slow).hasSize(30);
        for (int i = 0; i < 4; i++) {
            SimResult fast = Await.result(get(kernel.envoy(KernelHarness.filter("fast"))));
            assertThat(fast.status()).isEqualTo(200);
            assertThat(fast.reached().header("x-set")).isEqualTo("1");
        }
        answer.complete(new RequestOutcome.Proceed(List.of(), null));
        assertThat(slow)
                .allSatisfy(one -> assertThat(Await.result(one).status()).isEqualTo(200));
        assertThat(Await.result(get(kernel.envoy(KernelHarness.filter("slow")))).status())
                .isEqualTo(200);
    }

    @Test
    void aRouteWhoseChunksAreSlowLeavesCallsToOthers() {
        start(40);
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("body"));
        List<RawStream> bodies =
                IntStream.range(0, 31).mapToObj(_ -> beginBody(envoy)).toList();

        List<Future<ProcessingResponse>> waiting = new ArrayList<>();
        for (RawStream body : bodies.subList(0, 30)) {
            waiting.add(sendChunk(body));
            Await.until(() -> begun.get() == waiting.size());
        }
        ProcessingResponse beyond = Await.result(sendChunk(bodies.getLast()));

        assertThat(beyond.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(503);
        SimResult fast = Await.result(get(kernel.envoy(KernelHarness.filter("fast"))));
        assertThat(fast.status()).isEqualTo(200);
        passed.complete(ChunkOutcome.PASS);
        assertThat(waiting)
                .allSatisfy(
                        one -> assertThat(Await.result(one).hasRequestBody()).isTrue());
        assertThat(Await.result(sendChunk(beginBody(envoy))).hasRequestBody()).isTrue();
    }

    private static RawStream beginBody(EnvoySim envoy) {
        RawStream stream = envoy.rawStream().send(Messages.headersOn("body", BodySendMode.STREAMED));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        return stream;
    }

    private static Future<ProcessingResponse> sendChunk(RawStream body) {
        Future<ProcessingResponse> answer = body.next();
        body.send(Messages.body("x", false));
        return answer;
    }

    @Test
    void twoSlowRoutesHaveTheirSharesAndSomethingIsLeft() {
        start(80);

        List<Future<SimResult>> slow = fill("slow");
        List<Future<SimResult>> other = fill("other");

        assertThat(other).hasSizeGreaterThanOrEqualTo(8);
        SimResult fast = Await.result(get(kernel.envoy(KernelHarness.filter("fast"))));
        assertThat(fast.status()).isEqualTo(200);
        answer.complete(new RequestOutcome.Proceed(List.of(), null));
        assertThat(slow)
                .allSatisfy(one -> assertThat(Await.result(one).status()).isEqualTo(200));
        assertThat(other)
                .allSatisfy(one -> assertThat(Await.result(one).status()).isEqualTo(200));
    }

    @Test
    void aRouteMayHaveAFewWhateverIsFree() {
        start(1);

        assertThat(fill("slow")).hasSize(8);

        answer.complete(new RequestOutcome.Proceed(List.of(), null));
    }
}
