package io.policyengine.e2e.tracing;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.net.FreePort;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A real Jaeger that keeps traces in its memory. */
final class Jaeger implements AutoCloseable {
    private static final String PROGRAM = "JAEGER_BIN";

    private final int otlpGrpc = FreePort.next();
    private final int otlpHttp = FreePort.next();
    private final int query = FreePort.next();
    private final OsProcess process;

    /** Starts the program that {@code JAEGER_BIN} names, and waits until it answers. */
    Jaeger() {
        String program = Objects.requireNonNull(System.getenv(PROGRAM), PROGRAM + " is not set: run ./check peers");
        process = OsProcess.start(
                "jaeger",
                List.of(
                        program,
                        "--collector.otlp.grpc.host-port=127.0.0.1:" + otlpGrpc,
                        "--query.http-server.host-port=127.0.0.1:" + query,
                        "--collector.otlp.http.host-port=127.0.0.1:" + otlpHttp,
                        "--collector.grpc-server.host-port=127.0.0.1:" + FreePort.next(),
                        "--collector.http-server.host-port=127.0.0.1:" + FreePort.next(),
                        "--query.grpc-server.host-port=127.0.0.1:" + FreePort.next(),
                        "--admin.http.host-port=127.0.0.1:" + FreePort.next()),
                Map.of("COLLECTOR_OTLP_ENABLED", "true"));
        Eventually.isTrue("Jaeger serves", () -> {
            process.requireAlive();
            return Web.get(query, "/api/services").status() == 200;
        });
    }

    /** Its port for OTLP over gRPC. */
    int port() {
        return otlpGrpc;
    }

    /** Its port for OTLP over HTTP. */
    int httpPort() {
        return otlpHttp;
    }

    /** The newest trace that a service has spans in, asked for by its id, once it is whole. */
    JsonNode trace(String service, Predicate<JsonNode> isWhole) {
        return Eventually.get("a whole trace of " + service, () -> {
            JsonNode found =
                    Web.get(query, "/api/traces?limit=1&service=" + service).json();
            String id = found.at("/data/0/traceID").asString("");
            if (id.isEmpty()) {
                return null;
            }
            JsonNode whole = Web.get(query, "/api/traces/" + id).json();
            return isWhole.test(whole) ? whole : null;
        });
    }

    @Override
    public void close() {
        process.close();
    }
}
