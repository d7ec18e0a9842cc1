package io.policyengine.kernel.blackbox.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.trace.OtlpReceiver;
import io.policyengine.testkit.trace.ReceivedSpan;
import io.vertx.core.Promise;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of exchanges as a receiver takes them. */
final class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String OTHER = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String STATE = "vendor=1, =none,other=2,";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String WORKERS = "workers: [ { name: w }, { name: v } ]\n";
    private static final String TWO = "[ { policy: change }, { policy: judge } ]";

    private final KernelHarness kernel = KernelHarness.create();
    private final OtlpReceiver receiver = OtlpReceiver.start();

    @AfterEach
    void stop() {
        kernel.close();
        receiver.close();
    }

    @Test
    void oneTraceLeadsFromEnvoysSpanToThePoliciesOfTwoWorkers() {
        workers();
        kernel.start(WORKERS + tracing("sampler: parent, sampling_rate: 0"), route("r", TWO, "[]"));

        exchange("00-" + TRACE + "-" + PARENT + "-01");

        List<ReceivedSpan> spans = receiver.await(all -> named(all, "kernel.process_request"));
        assertThat(spans).extracting(ReceivedSpan::traceId).containsOnly(TRACE);
        assertThat(spans).extracting(ReceivedSpan::service).containsOnly("policy-engine");
        ReceivedSpan root = one(spans, "kernel.process_request");
        assertThat(root.parentId()).isEqualTo(PARENT);
        assertThat(root.attributes()).containsEntry("route.name", "r");
        assertThat(one(spans, "kernel.route_lookup").parentId()).isEqualTo(root.spanId());
        assertThat(one(spans, "kernel.response_conversion").parentId()).isEqualTo(root.spanId());
        ReceivedSpan chain = one(spans, "kernel.execute_policy_chain");
        assertThat(chain.parentId()).isEqualTo(root.spanId());
        assertThat(chain.attributes())
                .containsEntry("execution.mode", "headers_only")
                .containsEntry("total.policies", "2")
                .containsEntry("total.workers", "2")
                .containsEntry("partial.failure", "false");
        isCalled(spans, chain, "w", "change", "0");
        isCalled(spans, chain, "v", "judge", "1");
        assertThat(spans).allMatch(span -> span.start() >= root.start() && span.end() >= span.start());
        assertThat(spans).noneMatch(ReceivedSpan::isError);
    }

    private static void isCalled(
            List<ReceivedSpan> spans, ReceivedSpan chain, String worker, String policy, String group) {
        ReceivedSpan call = spans.stream()
                .filter(span -> span.name().equals("kernel.worker_call"))
                .filter(span -> worker.equals(span.attributes().get("worker.name")))
                .findFirst()
                .orElseThrow();
        assertThat(call.parentId()).isEqualTo(chain.spanId());
        assertThat(call.attributes()).containsEntry("group.index", group).containsEntry("policy.names", policy);
        ReceivedSpan ran = one(spans, "worker.policy." + policy);
        ReceivedSpan process = spans.stream()
                .filter(span -> span.spanId().equals(ran.parentId()))
                .findFirst()
                .orElseThrow();
        assertThat(process.name()).isEqualTo("worker.process_request");
        assertThat(process.parentId()).isEqualTo(call.spanId());
        assertThat(spans)
                .filteredOn(span -> span.name().equals("kernel.aggregate_responses"))
                .hasSize(2)
                .allMatch(span -> span.parentId().equals(chain.spanId()));
    }

    @Test
    void aPolicyIsToldTheSpanThatIsMadeOfIt() {
        List<@Nullable TraceParent> told = new CopyOnWriteArrayList<>();
        Policy noting = Policies.onRequest(context -> {
            told.add(context.call().trace());
            return RequestOutcome.unchanged();
        });
        kernel.worker("w").with("first", noting).with("second", noting);
        kernel.start(
                "workers: [ { name: w } ]\n" + tracing("sampler: parent, sampling_rate: 0"),
                route("r", "[ { policy: first }, { policy: second } ]", "[]"));

        exchange("00-" + TRACE + "-" + PARENT + "-01", STATE);
        List<ReceivedSpan> spans = receiver.await(all -> named(all, "kernel.process_request"));
        exchange("00-" + TRACE + "-" + PARENT + "-00", "vendor=1");

        assertThat(spans).extracting(ReceivedSpan::traceState).containsOnly("vendor=1,other=2");
        assertThat(told)
                .containsExactly(
                        new TraceParent(
                                TRACE,
                                HexFormat.fromHexDigitsToLong(
                                        one(spans, "worker.policy.first").spanId()),
                                STATE),
                        new TraceParent(
                                TRACE,
                                HexFormat.fromHexDigitsToLong(
                                        one(spans, "worker.policy.second").spanId()),
                                STATE),
                        null,
                        null);
    }

    @Test
    void noSpansAreMadeInThePlaceOfAWorkerThatMakesThemUnlessItCouldNotKnow() {
        kernel.worker("w").makingSpans().with("change", Policies.request(new SetHeader("x", "1")));
        kernel.worker("v").with("judge", Policies.failing());
        kernel.start(
                WORKERS + tracing("sampler: parent, sampling_rate: 0"),
                route("r", "[ { policy: change }, { policy: judge } ]", "[]"));
        exchange("00-" + TRACE + "-" + PARENT + "-01");

        List<ReceivedSpan> spans = receiver.await(all -> named(all, "kernel.process_request"));
        assertThat(spans)
                .extracting(ReceivedSpan::name)
                .contains("worker.policy.judge")
                .doesNotContain("worker.policy.change");
        assertThat(spans)
                .filteredOn(span -> span.name().equals("kernel.worker_call"))
                .hasSize(2);

        reload("sampler: on_error");
        exchange("00-" + OTHER + "-" + PARENT + "-01");

        assertThat(receiver.await(all -> all.stream()
                        .anyMatch(span ->
                                span.traceId().equals(OTHER) && span.name().equals("kernel.process_request"))))
                .filteredOn(span -> span.traceId().equals(OTHER))
                .extracting(ReceivedSpan::name)
                .contains("worker.policy.judge", "worker.policy.change");
    }

    @Test
    void anExchangeThatTheParentDoesNotKeepHasNoSpans() {
        workers();
        kernel.start(WORKERS + tracing("sampler: parent, sampling_rate: 1"), route("r", TWO, "[]"));

        exchange("00-" + TRACE + "-" + PARENT + "-00");
        exchange("garbage");

        List<ReceivedSpan> spans = receiver.await(all -> named(all, "kernel.process_request"));
        assertThat(spans).extracting(ReceivedSpan::traceId).doesNotContain(TRACE);
        assertThat(one(spans, "kernel.process_request").parentId()).isEmpty();
    }

    @Test
    void onlyExchangesInWhichSomethingFailedAreKeptOnError() {
        workers();
        kernel.worker("u").with("fail", Policies.failing());
        kernel.start(
                "workers: [ { name: w }, { name: v }, { name: u } ]\n" + tracing("sampler: on_error"),
                route("r", "[ { policy: change }, { policy: fail, on_failure: continue } ]", "[]")
                        + route("good", TWO, "[]").replace("route_policies:\n", ""));

        kernel.exchange("good", SimRequest.get("/"));
        exchange("00-" + TRACE + "-" + PARENT + "-00");

        List<ReceivedSpan> spans = receiver.await(all -> named(all, "kernel.process_request"));
        ReceivedSpan root = one(spans, "kernel.process_request");
        assertThat(root.traceId()).isEqualTo(TRACE);
        assertThat(root.isError()).isFalse();
        assertThat(one(spans, "worker.policy.fail").isError()).isTrue();
        ReceivedSpan chain = one(spans, "kernel.execute_policy_chain");
        assertThat(chain.isError()).isFalse();
        assertThat(chain.attributes()).containsEntry("partial.failure", "true").containsEntry("failed.worker", "u");
    }

    @Test
    void onlyExchangesThatTookLongAreKeptWhereSlowOnesAre() {
        Policy late = Policies.onRequest(_ -> {
            Promise<RequestOutcome> answer = Promise.promise();
            kernel.vertx()
                    .setTimer(
                            50, _ -> answer.complete(RequestOutcome.unchanged().result()));
            return answer.future();
        });
        kernel.worker("w").with("change", late);
        kernel.worker("v").with("judge", Policies.request(new SetHeader("y", "1")));
        kernel.start(WORKERS + tracing("sampler: slow, slow_ms: 600000"), route("r", TWO, "[]"));

        exchange("00-" + OTHER + "-" + PARENT + "-01");
        reload("sampler: slow, slow_ms: 20");
        exchange("00-" + TRACE + "-" + PARENT + "-00");

        List<ReceivedSpan> spans = receiver.await(all -> named(all, "kernel.process_request"));
        assertThat(spans).extracting(ReceivedSpan::traceId).containsOnly(TRACE);
        ReceivedSpan policy = one(spans, "worker.policy.change");
        assertThat(policy.end() - policy.start()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(40));
    }

    @Test
    void otherSettingsHoldFromTheNextExchangeOn() {
        String third = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
        workers();
        kernel.start(WORKERS + tracing("sampler: parent"), route("r", TWO, "[]"));
        exchange("00-" + TRACE + "-" + PARENT + "-01");
        receiver.await(all -> named(all, "kernel.process_request"));
        try (OtlpReceiver other = OtlpReceiver.start()) {
            settings(tracing("service_name: other, protocol: grpc").replace(receiver.url(), other.url()));
            exchange("00-" + OTHER + "-" + PARENT + "-01");
            List<ReceivedSpan> moved = other.await(all -> named(all, "kernel.process_request"));
            settings("observability: { tracing: { enabled: false } }\n");
            exchange("00-" + third + "-" + PARENT + "-01");
            reload("sampler: ratio, sampling_rate: 1");
            exchange("00-" + third + "-" + PARENT + "-00");
            receiver.await(all -> all.stream()
                    .anyMatch(
                            span -> span.traceId().equals(third) && span.name().equals("kernel.process_request")));

            assertThat(moved).extracting(ReceivedSpan::traceId).containsOnly(OTHER);
            assertThat(moved).extracting(ReceivedSpan::service).containsOnly("other");
            assertThat(receiver.spans()).extracting(ReceivedSpan::traceId).doesNotContain(OTHER);
            assertThat(receiver.spans())
                    .filteredOn(
                            span -> span.traceId().equals(third) && span.name().equals("kernel.process_request"))
                    .hasSize(1);
            assertThat(kernel.metric("policy_kernel_trace_spans_dropped_total{reason=\"failed\"}"))
                    .isZero();
        }
    }

    @Test
    void anExchangeThatTheEngineFailsIsAnError() {
        kernel.worker("w").with("change", Policies.failing());
        kernel.start(
                "workers: [ { name: w } ]\n" + tracing("sampler: on_error"),
                route("r", "[ { policy: change } ]", "[]"));

        exchange("00-" + TRACE + "-" + PARENT + "-00");

        ReceivedSpan root = one(receiver.await(all -> named(all, "kernel.process_request")), "kernel.process_request");
        assertThat(root.isError()).isTrue();
        assertThat(root.attributes()).containsEntry("exchange.outcome", "failed");
    }

    private void workers() {
        kernel.worker("w").with("change", Policies.request(new SetHeader("x", "1")));
        kernel.worker("v").with("judge", Policies.request(new SetHeader("y", "1")));
    }

    private void exchange(String traceparent) {
        exchange(traceparent, "");
    }

    private void exchange(String traceparent, String tracestate) {
        Await.result(kernel.envoy(KernelUnderTest.filter("r")
                        .allowModeOverride(true)
                        .initialMetadata(Map.of("traceparent", traceparent, "tracestate", tracestate))
                        .build())
                .exchange(SimRequest.get("/"), Upstream.replying(200)));
    }

    private String tracing(String how) {
        return "observability: { tracing: { enabled: true, endpoint: '" + receiver.url() + "', export_interval_ms: 20, "
                + how + " } }\n";
    }

    private static String route(String name, String request, String response) {
        return KernelHarness.route(name, request, response);
    }

    /** Other settings of tracing, while the kernel serves. */
    private void reload(String how) {
        settings(tracing(how));
    }

    private void settings(String settings) {
        kernel.write("kernel.yaml", KernelHarness.settings(WORKERS + settings));
        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
    }

    private static boolean named(List<ReceivedSpan> spans, String name) {
        return spans.stream().anyMatch(span -> span.name().equals(name));
    }

    private static ReceivedSpan one(List<ReceivedSpan> spans, String name) {
        assertThat(spans).filteredOn(span -> span.name().equals(name)).hasSize(1);
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
