package io.policyengine.e2e.tracing;

import static io.policyengine.e2e.tracing.TracedEngine.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Web;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A trace of a real Envoy, a kernel and two workers as a real Jaeger tells it by its query API. What it tells is kept below {@code
 * e2e/target/traces}, and printed as a tree.
 */
@Tag("peers")
class JaegerPeersIT {
    private static final int WARM_UP = 400;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A span of Jaeger's JSON. */
    private record Span(String id, String parent, String name, String service, long start, long took, String worker) {
        static Span of(JsonNode trace, JsonNode span) {
            String parent = StreamSupport.stream(span.path("references").spliterator(), false)
                    .filter(reference -> reference.path("refType").asString().equals("CHILD_OF"))
                    .map(reference -> reference.path("spanID").asString())
                    .findFirst()
                    .orElse("");
            String worker = StreamSupport.stream(span.path("tags").spliterator(), false)
                    .filter(tag -> tag.path("key").asString().equals("worker.name"))
                    .map(tag -> tag.path("value").asString())
                    .findFirst()
                    .orElse("");
            return new Span(
                    span.path("spanID").asString(),
                    parent,
                    span.path("operationName").asString(),
                    trace.path("processes")
                            .path(span.path("processID").asString())
                            .path("serviceName")
                            .asString(),
                    span.path("startTime").asLong(),
                    span.path("duration").asLong(),
                    worker);
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void oneTraceHasEnvoysSpanOnTopAndThePoliciesOfTwoWorkersBelow(EnvoyVersion version) throws IOException {
        Vertx vertx = Vertx.vertx();
        HttpServer decisions = Load.await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1"));
        try (Jaeger jaeger = new Jaeger();
                TracedEngine engine = new TracedEngine(
                        "{ enabled: true, protocol: grpc, endpoint: 'http://127.0.0.1:" + jaeger.port()
                                + "', sampling_rate: 0, export_interval_ms: 50 }",
                        decisions.actualPort(),
                        jaeger.httpPort())) {
            warmUp(engine.envoy(version));
            EnvoyProcess envoy = engine.tracingEnvoy(version, jaeger.port());
            assertThat(Web.get(envoy.port(), PATH).status()).isEqualTo(200);

            JsonNode told = jaeger.trace(TracedEngine.nameOf(version), JaegerPeersIT::isWhole);
            keep(told, version);

            Map<String, Span> spans = spansOf(told);
            List<Span> tops = spans.values().stream()
                    .filter(span -> !spans.containsKey(span.parent()))
                    .toList();
            assertThat(tops).as("spans without a parent in the trace").hasSize(1);
            Span top = tops.getFirst();
            System.out.println(tree(spans, top));
            assertThat(top.service()).isEqualTo(TracedEngine.nameOf(version));
            assertThat(top.parent()).isEmpty();
            isRunBy(spans, "worker.policy.transformHeaders", "first");
            isRunBy(spans, "worker.policy.extAuthz", "second");
            isRunBy(spans, "worker.policy.addSecurityHeaders", "second");
            Span joined = named(spans, "python.request");
            assertThat(joined.service()).isEqualTo("python");
            assertThat(Objects.requireNonNull(spans.get(joined.parent())).name())
                    .isEqualTo("kernel.worker_call");
        } finally {
            Load.await(vertx.close());
        }
    }

    /** Nothing of it is traced; what a JVM does for the first time would be all that one sees. */
    private static void warmUp(EnvoyProcess silent) {
        try (Load load = new Load(silent.port())) {
            Load.await(load.send(PATH, WARM_UP, 4));
        }
    }

    private static void isRunBy(Map<String, Span> spans, String policy, String worker) {
        Span ran = named(spans, policy);
        List<String> above = new ArrayList<>();
        for (Span next = spans.get(ran.parent()); next != null; next = spans.get(next.parent())) {
            above.add(next.name());
        }

        assertThat(ran.worker()).isEqualTo(worker);
        assertThat(above)
                .startsWith(
                        "worker.process_request",
                        "kernel.worker_call",
                        "kernel.execute_policy_chain",
                        "kernel.process_request")
                .hasSizeGreaterThan(4);
    }

    private static Span named(Map<String, Span> spans, String name) {
        return spans.values().stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** True once the kernel's spans have come, and that of Envoy which they are below. */
    private static boolean isWhole(JsonNode trace) {
        Map<String, Span> spans = spansOf(trace);
        return spans.values().stream().anyMatch(span -> span.name().equals("kernel.process_request"))
                && spans.values().stream().anyMatch(span -> span.service().equals("python"))
                && spans.values().stream()
                        .allMatch(span -> span.parent().isEmpty() || spans.containsKey(span.parent()));
    }

    private static Map<String, Span> spansOf(JsonNode told) {
        JsonNode trace = told.at("/data/0");
        return StreamSupport.stream(trace.path("spans").spliterator(), false)
                .map(span -> Span.of(trace, span))
                .collect(Collectors.toMap(Span::id, Function.identity()));
    }

    private static void keep(JsonNode told, EnvoyVersion version) throws IOException {
        Path folder = Files.createDirectories(Installation.home().resolve("e2e/target/traces"));
        Files.writeString(
                folder.resolve("jaeger-" + version.number() + ".json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(told));
    }

    private static String tree(Map<String, Span> spans, Span top) {
        StringBuilder tree = new StringBuilder();
        append(tree, spans, top, 0, top.start());
        return tree.toString();
    }

    private static void append(StringBuilder tree, Map<String, Span> spans, Span span, int depth, long zero) {
        String name = "  ".repeat(depth) + span.name() + (span.worker().isEmpty() ? "" : " (" + span.worker() + ")");
        tree.append(String.format(
                Locale.ROOT, "%-72s %-14s %7d µs %7d µs%n", name, span.service(), span.start() - zero, span.took()));
        spans.values().stream()
                .filter(below -> below.parent().equals(span.id()))
                .sorted(Comparator.comparingLong(Span::start))
                .forEach(below -> append(tree, spans, below, depth + 1, zero));
    }
}
