package io.policyengine.e2e.tracing;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.workers.PythonWorker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A kernel, the workers {@code first}, {@code second} and {@code python} in processes of their own, and Envoys in front of them. The request
 * chain of {@link #PATH} has a policy of each; the second asks another server before it decides, and the one in Python sends spans itself.
 */
final class TracedEngine implements AutoCloseable {
    static final String PATH = "/traced";

    private static final String CONNECTION_MANAGER = "          stat_prefix: ingress\n";
    private static final String CLUSTERS = "  clusters:\n";

    private final TestConf conf = TestConf.empty();
    private final List<TestConf> workerConfs = new ArrayList<>();
    private final List<EngineProcess> workers = new ArrayList<>();
    private final List<EnvoyProcess> envoys = new ArrayList<>();
    private final OsProcess python;
    private final EngineProcess kernel;
    private final Upstream upstream;
    private String tracing;

    /**
     * Starts the engine and waits until it is ready.
     *
     * @param tracing as YAML in one line
     * @param decisions the port of the server that the second worker asks
     * @param receiver the port of OTLP over HTTP that the worker in Python sends its spans to
     */
    TracedEngine(String tracing, int decisions, int receiver) {
        this.tracing = tracing;
        conf.with("routes/traced.yaml", """
                route_policies:
                  - route_name: /traced
                    request_flow:
                      policy_chain:
                        - { policy: transformHeaders, params: { set: { X-Processed: "yes" } } }
                        - { policy: extAuthz, params: { protocol: http, target: decisions } }
                        - { policy: pythonStamp, params: { value: traced } }
                    response_flow:
                      policy_chain: [ { policy: addSecurityHeaders } ]
                """);
        worker("first", "");
        worker("second", "  targets: { decisions: { url: \"http://127.0.0.1:" + decisions + "\" } }\n");
        python = PythonWorker.start("python", pythonSocket(), "http://127.0.0.1:" + receiver);
        writeKernel();
        kernel = EngineProcess.kernel(conf).awaitReady();
        upstream = Upstream.start();
    }

    private void worker(String name, String settings) {
        TestConf own = TestConf.empty().with("worker.yaml", """
                worker_core:
                  name: %s
                  socket_path: SOCKET
                  server: { policy_timeout_ms: 5000 }
                  observability: { metrics_port: 0 }
                """.formatted(name) + settings);
        workerConfs.add(own);
        workers.add(EngineProcess.worker(own));
    }

    private void writeKernel() {
        conf.with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  unknown_route: deny
                  observability: { metrics_port: 0, tracing: %s }
                  workers:
                    - { name: first, socket_path: %s, timeout_ms: 5000, health_check_timeout_ms: 3000, policies: [ transformHeaders ] }
                    - { name: second, socket_path: %s, timeout_ms: 5000, health_check_timeout_ms: 3000, policies: [ extAuthz, addSecurityHeaders ] }
                    - { name: python, socket_path: %s, timeout_ms: 5000, health_check_timeout_ms: 3000 }
                """.formatted(
                tracing, workerConfs.getFirst().socket(), workerConfs.getLast().socket(), pythonSocket()));
    }

    private Path pythonSocket() {
        return conf.folder().resolve("run/python.sock");
    }

    /** Has the kernel trace in another way from now on, and waits until it does. */
    void trace(String otherwise) {
        if (otherwise.equals(tracing)) {
            return;
        }
        double before = metric("policy_kernel_config_generation");
        tracing = otherwise;
        writeKernel();
        kernel.process().signal("HUP");
        Eventually.isTrue("other settings", () -> metric("policy_kernel_config_generation") > before);
    }

    /** An Envoy that does not trace. */
    EnvoyProcess envoy(EnvoyVersion version) {
        return envoy(version, UnaryOperator.identity());
    }

    /** An Envoy that sends its spans, of each request, to the receiver on this port by gRPC. */
    EnvoyProcess tracingEnvoy(EnvoyVersion version, int receiver) {
        return envoy(version, config -> withTracing(config, nameOf(version), receiver));
    }

    /** The service that the spans of a tracing Envoy name. */
    static String nameOf(EnvoyVersion version) {
        return "envoy-" + version.number();
    }

    private EnvoyProcess envoy(EnvoyVersion version, UnaryOperator<String> changes) {
        EnvoyProcess envoy = EnvoyProcess.start(version, conf.directory(), kernel.port(), upstream.port(), changes);
        envoys.add(envoy);
        return envoy;
    }

    private static String withTracing(String config, String service, int receiver) {
        String tracer = CONNECTION_MANAGER + """
                tracing:
                  provider:
                    name: envoy.tracers.opentelemetry
                    typed_config:
                      '@type': type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig
                      grpc_service: { envoy_grpc: { cluster_name: spans }, timeout: 5s }
                      service_name: %s
                """.formatted(service).indent(10);
        String cluster = CLUSTERS + """
                - name: spans
                  connect_timeout: 5s
                  type: STATIC
                  typed_extension_protocol_options:
                    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                      '@type': type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                      explicit_http_config: { http2_protocol_options: {} }
                  load_assignment:
                    cluster_name: spans
                    endpoints:
                    - lb_endpoints:
                      - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: %d } } }
                """.formatted(receiver).indent(2);
        return replacing(replacing(config, CONNECTION_MANAGER, tracer), CLUSTERS, cluster) + """

                layered_runtime:
                  layers:
                  - name: soon
                    static_layer: { tracing.opentelemetry.min_flush_spans: 1 }
                """;
    }

    private static String replacing(String text, String part, String other) {
        if (!text.contains(part)) {
            throw new IllegalStateException("Envoy's configuration does not contain " + part);
        }
        return text.replace(part, other);
    }

    EngineProcess kernel() {
        return kernel;
    }

    /** The value of a sample of the kernel's metrics; 0 if there is none. */
    double metric(String sample) {
        return kernel.metric(sample);
    }

    @Override
    public void close() {
        envoys.forEach(EnvoyProcess::close);
        kernel.close();
        upstream.close();
        workers.forEach(EngineProcess::close);
        python.close();
        workerConfs.forEach(TestConf::close);
        conf.close();
    }
}
