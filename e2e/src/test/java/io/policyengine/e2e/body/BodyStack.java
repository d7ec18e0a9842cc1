package io.policyengine.e2e.body;

import io.policyengine.e2e.harness.Engine;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * An engine behind an Envoy of each version, before one upstream, with a route for each mode and each flow: {@code
 * /whole/MODE}, {@code /chunks/MODE} and {@code /events/MODE}. Request and response use the same mode.
 */
final class BodyStack implements AutoCloseable {
    /** Bytes of a body that Envoy holds, and that the engine takes whole. */
    static final int LIMIT = 5 << 18;

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";

    private final TestConf conf;
    private final Engine engine;
    private final EchoServer upstream;
    private final Map<EnvoyVersion, EnvoyProcess> envoys = new EnumMap<>(EnvoyVersion.class);

    /** How Envoy's route sends bodies. */
    enum Mode {
        /** Not, unless the engine asks for them. */
        NONE,
        BUFFERED,
        BUFFERED_PARTIAL,
        STREAMED,
        FULL_DUPLEX_STREAMED
    }

    /** How the engine's chain takes bodies. */
    enum Flow {
        /** {@code processing_mode: buffered_body}. */
        WHOLE,
        /** {@code processing_mode: streaming}. */
        CHUNKS;

        String path(Mode mode) {
            return "/" + name() + "/" + mode;
        }
    }

    /** Starts everything and waits until it is ready. */
    BodyStack(Shape shape) {
        conf = conf();
        engine = Engine.start(shape, conf);
        upstream = new EchoServer();
        try {
            for (EnvoyVersion version : EnvoyVersion.values()) {
                envoys.put(
                        version,
                        EnvoyProcess.start(
                                version,
                                conf.directory(),
                                engine.kernel().port(),
                                upstream.port(),
                                BodyStack::withModes));
            }
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    /** The port of the Envoy of this version. */
    int port(EnvoyVersion version) {
        return Objects.requireNonNull(envoys.get(version)).port();
    }

    EchoServer upstream() {
        return upstream;
    }

    /** What the engine says is wrong. */
    List<String> complaints() {
        return engine.kernel().process().lines().stream()
                .filter(line -> line.contains("\"level\":\"ERROR\"") || line.contains("\"level\":\"WARN\""))
                .toList();
    }

    /** The path of the events in this mode. */
    static String events(Mode mode) {
        return "/events/" + mode;
    }

    private static TestConf conf() {
        StringBuilder routes = new StringBuilder("route_policies:\n");
        for (Mode mode : Mode.values()) {
            routes.append(route(Flow.WHOLE.path(mode), "buffered_body"))
                    .append(route(Flow.CHUNKS.path(mode), "streaming"))
                    .append(eventsRoute(mode));
        }
        return TestConf.ofTests()
                .replacing("kernel.yaml", "envoy: {", "envoy: { buffer_limit_bytes: " + LIMIT + ",")
                .replacing(
                        "worker.yaml",
                        "  server:",
                        "  resource_limits: { max_body_size_bytes: " + LIMIT + " }\n  server:")
                .with("routes/bodies.yaml", routes.toString());
    }

    private static String route(String name, String mode) {
        return """
                  - route_name: %1$s
                    request_flow:
                      processing_mode: %2$s
                      policy_chain: [{ policy: transformBody, params: { replace: [{ text: alpha, with: by-request }] } }]
                    response_flow:
                      processing_mode: %2$s
                      policy_chain: [{ policy: transformBody, params: { replace: [{ text: gamma, with: by-response }] } }]
                """.formatted(name, mode);
    }

    private static String eventsRoute(Mode mode) {
        return """
                  - route_name: %s
                    response_flow:
                      policy_chain: [{ policy: transformBody, params: { replace: [{ text: secret, with: "***" }] } }]
                """.formatted(events(mode));
    }

    /** Gives each route the mode that it is named after, and lets trailers pass over HTTP/1.1. */
    private static String withModes(String bootstrap) {
        ObjectNode file = (ObjectNode) YAML.readTree(bootstrap);
        ObjectNode manager = (ObjectNode) file.at(MANAGER);
        manager.putObject("http_protocol_options").put("enable_trailers", true);
        // What Envoy holds of a body over HTTP/2 is bounded by the window of the stream.
        manager.putObject("http2_protocol_options").put("initial_stream_window_size", LIMIT);
        for (JsonNode cluster : file.at("/static_resources/clusters")) {
            if (cluster.path("name").asString().equals("upstream")) {
                ((ObjectNode) cluster).set("typed_extension_protocol_options", YAML.readTree("""
                        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                          explicit_http_config: { http_protocol_options: { enable_trailers: true } }
                        """));
            }
        }
        for (JsonNode route : manager.at("/route_config/virtual_hosts/0/routes")) {
            for (Mode mode : Mode.values()) {
                if (route.path("name").asString().endsWith("/" + mode)) {
                    ((ObjectNode) route).set("typed_per_filter_config", YAML.readTree(override(mode)));
                }
            }
        }
        return YAML.writeValueAsString(file);
    }

    /** Only full duplex has to send trailers; for those of other bodies the engine asks, since they may be all that tells the end. */
    private static String override(Mode mode) {
        return """
                envoy.filters.http.ext_proc:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute
                  overrides:
                    processing_mode:
                      request_header_mode: SEND
                      response_header_mode: SEND
                      request_body_mode: %1$s
                      response_body_mode: %1$s
                      request_trailer_mode: %2$s
                      response_trailer_mode: %2$s
                """.formatted(mode, mode == Mode.FULL_DUPLEX_STREAMED ? "SEND" : "SKIP");
    }

    @Override
    public void close() {
        envoys.values().forEach(EnvoyProcess::close);
        engine.close();
        upstream.close();
        conf.close();
    }
}
