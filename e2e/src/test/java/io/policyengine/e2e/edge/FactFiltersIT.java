package io.policyengine.e2e.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.app.envoy.EnvoyOptions;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.e2e.harness.Engine;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.TestConf;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Envoy's own filters for AI traffic as {@code envoy-config} writes them, on Envoys that have them and on others, with one conf. */
class FactFiltersIT {
    private static final String PATH = "/v1/chat/completions";
    private static final EnvoyNeeds NEEDS = new EnvoyNeeds(
            Map.of(PATH, Set.of(EnvoyNeeds.REQUEST_INFO, EnvoyNeeds.TOKEN_USAGE, EnvoyNeeds.MCP)), List.of());

    /** Tells the upstream how often it has been called with the trailers of a response. */
    private static final String COUNTS_TRAILERS = """
            package com.example.plugin;

            import io.policyengine.core.instruction.SetHeader;
            import io.policyengine.core.policy.*;
            import io.vertx.core.Future;
            import java.util.List;
            import java.util.Set;
            import java.util.concurrent.atomic.AtomicInteger;

            public final class Factory implements PolicyFactory<Factory.Params> {
                private static final AtomicInteger SEEN = new AtomicInteger();

                public record Params() {}

                @Override
                public PolicyDescriptor descriptor() {
                    return PolicyDescriptor.headersOnly("countsTrailers", "1.0.0", "For tests.",
                            Set.of(Phase.REQUEST, Phase.RESPONSE), Set.of(Fact.READS_TRAILERS));
                }

                @Override
                public Policy create(Params params, PolicyEnvironment env) {
                    return new Policy() {
                        @Override
                        public Future<RequestOutcome> onRequest(RequestContext context) {
                            return RequestOutcome.proceed(List.of(new SetHeader("x-seen", SEEN.toString())));
                        }

                        @Override
                        public Future<TrailersOutcome> onResponseTrailers(TrailersContext context) {
                            SEEN.incrementAndGet();
                            return TrailersOutcome.unchanged();
                        }
                    };
                }
            }
            """;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        Load.await(vertx.close());
    }

    /** Answers as a model would, in chunks, so that the end comes after the trailers that Envoy makes; tells what it was told. */
    private static void answer(HttpServerRequest request) {
        String seen = String.valueOf(request.getHeader("x-seen"));
        request.response()
                .setChunked(true)
                .putHeader("content-type", "application/json")
                .putHeader("x-seen", seen)
                .end("""
                        {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [],
                         "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}""");
    }

    @ParameterizedTest
    @EnumSource
    void trailersThatEnvoyMakesOfAnAnswersUsageReachPoliciesOnceWhereItHasTheFilter(EnvoyVersion version)
            throws Exception {
        HttpServer upstream = Load.await(
                vertx.createHttpServer().requestHandler(FactFiltersIT::answer).listen(0, "127.0.0.1"));
        TestConf conf = TestConf.ofTests()
                .withPlugin(PluginJar.ofSource(folder.resolve("counts.jar"), COUNTS_TRAILERS))
                .with("routes/ai.yaml", """
                        route_policies:
                          - route_name: %s
                            request_flow: { policy_chain: [{ policy: countsTrailers }] }
                            response_flow: { policy_chain: [{ policy: countsTrailers }] }
                        """.formatted(PATH));

        try (conf;
                Engine engine = Engine.start(Stack.Shape.EMBEDDED, conf);
                EnvoyProcess envoy = EnvoyProcess.start(
                        version,
                        conf.directory(),
                        engine.kernel().port(),
                        upstream.actualPort(),
                        _ -> written(conf, version, engine.kernel().port(), upstream.actualPort()))) {
            int made = version == EnvoyVersion.V1_40 ? 1 : 0;

            assertThat(post(envoy)).isEqualTo("0");
            assertThat(post(envoy)).isEqualTo(Integer.toString(made));
            assertThat(post(envoy)).isEqualTo(Integer.toString(2 * made));
            assertThat(envoy.extProc("spurious_msgs_received")).isZero();
            assertThat(envoy.extProc("stream_msgs_sent")).isEqualTo(3L * (2 + made));
        }
    }

    /** What {@code envoy-config} writes where the chains read these facts. */
    private static String written(TestConf conf, EnvoyVersion version, int engine, int upstream) {
        EnvoyOptions options = new EnvoyOptions(
                "127.0.0.1",
                0,
                0,
                List.of(new HostPort("127.0.0.1", engine)),
                List.of(new HostPort("127.0.0.1", upstream)),
                null,
                null,
                io.policyengine.app.envoy.EnvoyVersion.parse(version.number()));
        return new EnvoyConfigWriter(ConfDirectory.read(conf.directory(), _ -> null), NEEDS, options).bootstrap();
    }

    private static String post(EnvoyProcess envoy) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + envoy.port() + PATH))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"model": "m", "messages": [{"role": "user", "content": "hello"}]}"""))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("total_tokens");
            return response.headers().firstValue("x-seen").orElse("");
        }
    }
}
