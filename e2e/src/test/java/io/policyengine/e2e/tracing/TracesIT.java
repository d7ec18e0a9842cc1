package io.policyengine.e2e.tracing;

import static io.policyengine.e2e.tracing.TracedEngine.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.trace.OtlpReceiver;
import io.policyengine.testkit.trace.ReceivedSpan;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Traces behind Envoys that trace and one that does not, with a kernel and two workers in processes of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesIT {
    private static final String CLIENT = "00f067aa0ba902b7";

    private final Vertx vertx = Vertx.vertx();
    private final OtlpReceiver receiver = OtlpReceiver.start();
    /** What the server that the second worker asks was told of traces. */
    private final List<@Nullable String> asked = new CopyOnWriteArrayList<>();

    private final Map<EnvoyVersion, EnvoyProcess> tracing = new EnumMap<>(EnvoyVersion.class);
    private TracedEngine engine;
    private EnvoyProcess silent;

    @BeforeAll
    void start() {
        HttpServer decisions = Load.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.add(request.getHeader("traceparent"));
                    request.response().end();
                })
                .listen(0, "127.0.0.1"));
        engine = new TracedEngine(
                to(receiver.port(), "sampler: parent, sampling_rate: 0"), decisions.actualPort(), receiver.port());
        for (EnvoyVersion version : EnvoyVersion.repeated()) {
            tracing.put(version, engine.tracingEnvoy(version, receiver.port()));
        }
        silent = engine.envoy(EnvoyVersion.V1_40);
    }

    @AfterAll
    void stop() {
        engine.close();
        receiver.close();
        Load.await(vertx.close());
    }

    private static String to(int port, String how) {
        return "{ enabled: true, endpoint: 'http://127.0.0.1:" + port + "', export_interval_ms: 20, " + how + " }";
    }

    @ParameterizedTest
    @EachEnvoy
    void oneTraceLeadsFromEnvoysSpanToThePoliciesOfTwoWorkersAndWhatTheyAsk(EnvoyVersion version) {
        String trace = "4bf92f3577b34da6a3ce929d0e0e"
                + version.number().replace(".", "0").substring(0, 4);
        engine.trace(to(receiver.port(), "sampler: parent, sampling_rate: 0"));
        asked.clear();

        assertThat(get(Objects.requireNonNull(tracing.get(version)), "traceparent", parent(trace))
                        .status())
                .isEqualTo(200);

        Map<String, ReceivedSpan> spans = whole(receiver, trace, version);
        ReceivedSpan root = named(spans, "kernel.process_request");
        List<ReceivedSpan> above = ancestors(spans, root);
        assertThat(above).isNotEmpty();
        assertThat(above).extracting(ReceivedSpan::service).containsOnly(TracedEngine.nameOf(version));
        assertThat(above.getLast().parentId()).isEqualTo(CLIENT);
        assertThat(named(spans, "worker.policy.transformHeaders").attributes()).containsEntry("worker.name", "first");
        for (String policy : List.of("transformHeaders", "extAuthz", "addSecurityHeaders")) {
            ReceivedSpan ran = named(spans, "worker.policy." + policy);
            assertThat(ancestors(spans, ran))
                    .extracting(ReceivedSpan::name)
                    .startsWith(
                            "worker.process_request",
                            "kernel.worker_call",
                            "kernel.execute_policy_chain",
                            "kernel.process_request");
        }
        ReceivedSpan joined = named(spans, "python.request");
        assertThat(joined.service()).isEqualTo("python");
        assertThat(ancestors(spans, joined))
                .extracting(ReceivedSpan::name)
                .startsWith("kernel.worker_call", "kernel.execute_policy_chain", "kernel.process_request");
        assertThat(spans.values()).extracting(ReceivedSpan::name).doesNotContain("worker.policy.pythonStamp");
        ReceivedSpan asking = named(spans, "worker.policy.extAuthz");
        assertThat(asking.attributes()).containsEntry("worker.name", "second");
        assertThat(asked).containsExactly("00-" + trace + "-" + asking.spanId() + "-01");
    }

    @Test
    void whereEnvoyDoesNotTraceTheRequestsFieldCountsInTheFormatsThatAreChosen() {
        String trace = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1";
        String b3 = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1";

        assertThat(rootOf("sampler: parent, sampling_rate: 0", "traceparent", parent(trace)))
                .matches(root -> root.traceId().equals(trace) && root.parentId().equals(CLIENT));
        assertThat(rootOf("sampler: parent, sampling_rate: 0, propagation: [b3, w3c]", "b3", b3 + "-" + CLIENT + "-1"))
                .matches(root -> root.traceId().equals(b3) && root.parentId().equals(CLIENT));
        assertThat(rootOf("sampler: parent, sampling_rate: 1", "b3", b3 + "-" + CLIENT + "-1"))
                .matches(root -> !root.traceId().equals(b3) && root.parentId().isEmpty());
    }

    @Test
    void aFieldOfEightKilobytesIsAsIfItHadNotCome() {
        String garbage = "00-" + "a".repeat(8192);

        assertThat(rootOf(
                        "sampler: parent, sampling_rate: 1, propagation: [w3c, b3]",
                        "traceparent",
                        garbage,
                        "b3",
                        garbage,
                        "tracestate",
                        garbage))
                .matches(root -> root.parentId().isEmpty());
    }

    /** The span of an exchange behind the Envoy that does not trace, the only one that its receiver is sent. */
    private ReceivedSpan rootOf(String how, String... fields) {
        try (OtlpReceiver own = OtlpReceiver.start()) {
            engine.trace(to(own.port(), how));
            assertThat(get(silent, fields).status()).isEqualTo(200);

            List<ReceivedSpan> spans = own.await(all -> roots(all) == 1);
            assertThat(spans)
                    .extracting(ReceivedSpan::traceId)
                    .containsOnly(spans.getFirst().traceId());
            return spans.stream()
                    .filter(span -> span.name().equals("kernel.process_request"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void spansGoToAnotherReceiverWhileRequestsCome() {
        try (OtlpReceiver former = OtlpReceiver.start();
                OtlpReceiver latter = OtlpReceiver.start();
                Load load = new Load(silent.port())) {
            engine.trace(to(former.port(), "sampler: ratio, sampling_rate: 1"));
            Load.Running running = load.run(PATH, 4);
            former.await(spans -> roots(spans) > 20);

            engine.trace(to(latter.port(), "sampler: ratio, sampling_rate: 1, protocol: grpc"));
            latter.await(spans -> roots(spans) > 20);
            long sent = running.stop().statuses().getOrDefault(200, 0);

            assertThat(running.tally().statuses().keySet()).isEqualTo(Set.of(200));
            Eventually.isTrue("a span of each request", () -> roots(former.spans()) + roots(latter.spans()) == sent);
        }
    }

    /** A receiver that does not do what it should. */
    enum Bad {
        GONE,
        SILENT,
        GARBAGE,
        ENDLESS;

        private void serve(NetSocket socket) {
            switch (this) {
                case GONE -> socket.close();
                case SILENT -> {}
                case GARBAGE ->
                    socket.handler(_ -> {
                        socket.write(Buffer.buffer(new byte[10_000]));
                        socket.close();
                    });
                case ENDLESS -> {
                    socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
                    writeOn(socket);
                }
            }
        }

        private static void writeOn(NetSocket socket) {
            socket.write("1000\r\n" + "x".repeat(4096) + "\r\n").onSuccess(_ -> writeOn(socket));
        }

        /** The port that it listens on, or would. */
        private int listen(Vertx vertx) {
            return this == GONE
                    ? FreePort.next()
                    : Load.await(vertx.createNetServer()
                                    .connectHandler(this::serve)
                                    .listen(0, "127.0.0.1"))
                            .actualPort();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatDoesNotTakeThemCostsSpansAndNoExchangeNotices(Bad bad) {
        String dropped = "policy_kernel_trace_spans_dropped_total{reason=\"failed\"}";
        String protocol = bad == Bad.SILENT ? "grpc" : "http";
        engine.trace(to(
                bad.listen(vertx), "sampler: ratio, sampling_rate: 1, export_timeout_ms: 200, protocol: " + protocol));
        double before = engine.metric(dropped);

        Map<Integer, Integer> statuses;
        try (Load load = new Load(silent.port())) {
            statuses = Load.await(load.send(PATH, 200, 8)).statuses();
        }

        assertThat(statuses).isEqualTo(Map.of(200, 200));
        // Five spans at least are made of each exchange.
        Eventually.isTrue("the spans are dropped", () -> engine.metric(dropped) - before >= 1000);
        assertThat(engine.kernel().process().output()).contains("spans cannot be exported, and are dropped");
    }

    private static Web.Answer get(EnvoyProcess envoy, String... fields) {
        return Web.get(envoy.port(), PATH, fields);
    }

    private static String parent(String trace) {
        return "00-" + trace + "-" + CLIENT + "-01";
    }

    private static long roots(List<ReceivedSpan> spans) {
        return spans.stream()
                .filter(span -> span.name().equals("kernel.process_request"))
                .count();
    }

    /** The spans of a trace by their ids, once the kernel's and Envoy's have come. */
    private static Map<String, ReceivedSpan> whole(OtlpReceiver receiver, String trace, EnvoyVersion version) {
        List<ReceivedSpan> all = receiver.await(spans -> {
            List<ReceivedSpan> own = of(trace, spans);
            return roots(own) == 1
                    && own.stream().anyMatch(span -> span.service().equals("python"))
                    && own.stream()
                            .anyMatch(span -> span.service().equals(TracedEngine.nameOf(version))
                                    && span.parentId().equals(CLIENT));
        });
        return of(trace, all).stream().collect(Collectors.toMap(ReceivedSpan::spanId, Function.identity()));
    }

    private static List<ReceivedSpan> of(String trace, List<ReceivedSpan> spans) {
        return spans.stream().filter(span -> span.traceId().equals(trace)).toList();
    }

    private static ReceivedSpan named(Map<String, ReceivedSpan> spans, String name) {
        assertThat(spans.values()).extracting(ReceivedSpan::name).containsOnlyOnce(name);
        return spans.values().stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The spans above one, its parent first. */
    private static List<ReceivedSpan> ancestors(Map<String, ReceivedSpan> spans, ReceivedSpan of) {
        List<ReceivedSpan> above = new ArrayList<>();
        for (ReceivedSpan next = spans.get(of.parentId()); next != null; next = spans.get(next.parentId())) {
            above.add(next);
        }
        return above;
    }
}
