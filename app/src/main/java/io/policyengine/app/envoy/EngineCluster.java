package io.policyengine.app.envoy;

import io.policyengine.core.config.ServerConfig;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envoy's cluster for the engine (cluster.proto: Cluster). If there are several engines, only healthy ones receive
 * requests. A single engine receives requests even if Envoy considers it unhealthy.
 *
 * @param engines addresses at which Envoy reaches the kernels; if empty, the configured address on this machine
 */
record EngineCluster(ServerConfig server, List<HostPort> engines) {
    private static final String PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /**
     * Maximum number of frames that Envoy queues for a connection to the engine. Envoy's default of 10,000 frames,
     * 1,000 of them ending streams, is meant for untrusted peers. If thousands of clients disconnected while the engine
     * collects garbage, Envoy would exceed that default and close the connection with all its exchanges.
     */
    private static final int MAX_FRAMES = 1_000_000;

    /** The maximum time until Envoy detects a failed engine: the time of two failed health checks and one timeout. */
    private static final Duration FOUND_OUT_WITHIN = Duration.ofSeconds(5);

    boolean isRedundant() {
        return engines.size() > 1;
    }

    /** Returns notes for users on settings with which Envoy loses requests. */
    List<String> notes() {
        return isRedundant() && server.drainDelay().compareTo(FOUND_OUT_WITHIN) < 0
                ? List.of("'server.drain_delay_ms' is " + server.drainDelay().toMillis()
                        + ": Envoy needs up to " + FOUND_OUT_WITHIN.toMillis()
                        + " ms to notice that an engine stops, so a restart loses requests: raise the delay")
                : List.of();
    }

    ObjectNode node() {
        ObjectNode cluster = Nodes.empty().put("name", ExtProcFilter.CLUSTER);
        // A busy Envoy notices late that a connection is established.
        cluster.put("connect_timeout", "5s");
        // The engine's limits must decide which exchanges fail, not Envoy's defaults of 1024.
        cluster.set("circuit_breakers", Nodes.read("""
                {"thresholds": [
                  {"priority": "DEFAULT", "max_connections": 100000, "max_pending_requests": 100000, "max_requests": 1000000},
                  {"priority": "HIGH", "max_connections": 100000, "max_pending_requests": 100000, "max_requests": 1000000}]}"""));
        addHealthCheck(cluster);
        if (isRedundant()) {
            cluster.put("lb_policy", "LEAST_REQUEST");
            addOutlierDetection(cluster);
        }
        ObjectNode http2 = Nodes.read("""
                {"connection_keepalive": {"interval": "15s", "timeout": "5s"}}""")
                .put("max_concurrent_streams", server.maxConcurrentStreams())
                .put("max_outbound_frames", MAX_FRAMES)
                .put("max_outbound_control_frames", MAX_FRAMES);
        ObjectNode protocol = cluster.putObject("typed_extension_protocol_options")
                .putObject(PROTOCOL_OPTIONS)
                .put("@type", "type.googleapis.com/" + PROTOCOL_OPTIONS);
        protocol.putObject("explicit_http_config").set("http2_protocol_options", http2);
        String socket = server.socketPath();
        if (engines.isEmpty() && socket != null) {
            ObjectNode pipe = Nodes.empty();
            pipe.putObject("pipe").put("path", socket);
            return UpstreamCluster.withEndpoints(cluster, "STATIC", List.of(pipe));
        }
        List<HostPort> reached =
                engines.isEmpty() ? List.of(HostPort.ofListener(server.address(), server.port())) : engines;
        return UpstreamCluster.withEndpoints(
                cluster,
                "STRICT_DNS",
                reached.stream()
                        .map(engine -> Nodes.socketAddress(engine.host(), engine.port()))
                        .toList());
    }

    /** Adds the health check, by which Envoy avoids an engine that drains or has lost a worker. */
    private static void addHealthCheck(ObjectNode cluster) {
        ObjectNode check = Nodes.read("""
                {"timeout": "1s", "interval": "2s", "no_traffic_interval": "2s", "unhealthy_threshold": 2,
                 "healthy_threshold": 1}""");
        check.putObject("grpc_health_check").put("authority", ExtProcFilter.CLUSTER);
        cluster.putArray("health_checks").add(check);
    }

    private static void addOutlierDetection(ObjectNode cluster) {
        cluster.set("outlier_detection", Nodes.read("""
                {"consecutive_5xx": 5, "consecutive_local_origin_failure": 5, "split_external_local_origin_errors": true,
                 "interval": "5s", "base_ejection_time": "15s", "max_ejection_percent": 50}"""));
    }
}
