package io.policyengine.app.exercise;

import com.google.protobuf.ByteString;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The routes and warm-up requests of an exercise. They cover every kind of exchange. Their policies need no files and
 * no network, and keep no state outside their worker.
 */
final class Repertoire {
    static final String WORKER = "exercise";

    /** A query for a condition that compares parameters one by one; only the last parameter matches. */
    private static final String QUERY =
            IntStream.range(0, 24).mapToObj(i -> "n" + i + "=v&").collect(Collectors.joining("", "?", "a=b"));

    private static final String JSON = "{\"name\":\"value\",\"list\":[1,2,3]}";

    private static final String KERNEL = """
            policy_kernel:
              server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
              observability: { metrics_port: 0 }
              limits: { phase_timeout_ms: 15000 }
              envoy: { message_timeout_ms: 20000 }
              unknown_route: deny
              workers: [{ name: exercise, timeout_ms: 5000 }]
            """;

    private static final String ROUTES = """
            route_policies:
              - route_name: headers
                priority: low
                request_flow:
                  policy_chain:
                    - { policy: requestId }
                    - { policy: rateLimit, params: { requests_per_second: 1000000, burst: 1000000, key: client_ip } }
                    - policy: transformHeaders
                      when: "request.method == 'GET' && request.query_params.exists(name, request.query_params[name] == 'b')"
                      params: { set: { X-Set: "yes" }, remove: [x-sent] }
                response_flow:
                  policy_chain:
                    - { policy: transformHeaders, params: { set: { X-Answered: "yes" } } }
                    - { policy: addSecurityHeaders }
              - route_name: keys
                request_flow:
                  policy_chain: [{ policy: apiKeyAuth, params: { keys: [{ consumer: exercise, sha256: f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1 }] } }]
                response_flow:
                  policy_chain: [{ policy: addSecurityHeaders }]
              - route_name: buffered
                request_flow:
                  processing_mode: buffered_body
                  policy_chain:
                    - { policy: fileSizeLimit }
                    - { policy: transformBody, params: { json: { set: { /added: true } } } }
                response_flow:
                  processing_mode: buffered_body
                  policy_chain: [{ policy: transformBody, params: { replace: [{ text: value, with: other }] } }]
              - route_name: streamed
                priority: low
                request_flow:
                  processing_mode: streaming
                  policy_chain: [{ policy: fileSizeLimit }]
                response_flow:
                  processing_mode: streaming
                  policy_chain: [{ policy: transformBody, params: { replace: [{ text: value, with: other }] } }]
            """;

    private Repertoire() {}

    /**
     * A warm-up request of the exercise, and the expected status of its response.
     *
     * @param status the status that the client must receive
     * @param duplex whether Envoy sends bodies as FULL_DUPLEX_STREAMED, regardless of the mode that the chains request
     */
    record Piece(String route, SimRequest request, SimResponse response, int status, boolean duplex) {}

    static EngineConfig config() {
        return parse(KERNEL);
    }

    /** Returns the configuration of the exercise, with a worker that two concurrent calls overload. */
    static EngineConfig overloaded() {
        return parse(KERNEL.replace("timeout_ms: 5000 }", "timeout_ms: 5000, max_calls: 2 }"));
    }

    private static EngineConfig parse(String kernel) {
        return ConfDirectory.parse(
                ConfTexts.of(
                        Path.of("exercise"),
                        new TreeMap<>(Map.of(
                                "kernel.yaml", new FileText.Content(kernel),
                                "routes/exercise.yaml", new FileText.Content(ROUTES)))),
                _ -> null);
    }

    static void writeBlocking(Path directory) throws IOException {
        Path routes = Files.createDirectories(directory.resolve(ConfTexts.ROUTES));
        Files.writeString(directory.resolve("kernel.yaml"), KERNEL);
        Files.writeString(routes.resolve("exercise.yaml"), ROUTES);
    }

    static List<Piece> pieces() {
        SimResponse plain = SimResponse.of(200, "answer");
        SimResponse json = SimResponse.of(200, JSON).withHeader("content-type", "application/json");
        SimRequest body = SimRequest.post("/exercise", JSON).withHeader("content-type", "application/json");
        SimRequest chunks = body.withBody(twice(body.body()));
        return List.of(
                new Piece("headers", SimRequest.get("/exercise" + QUERY, "x-sent", "yes"), plain, 200, false),
                new Piece("keys", SimRequest.get("/exercise", "x-api-key", "exercise"), plain, 200, false),
                new Piece("keys", SimRequest.get("/exercise"), plain, 401, false),
                new Piece("buffered", body.withContentLength(), json.withContentLength(), 200, false),
                new Piece("streamed", chunks, json, 200, false),
                new Piece("streamed", chunks, json, 200, true));
    }

    /** Returns the warm-up requests that are sent in a burst. Under overload, they are answered with 503. */
    static List<Piece> burst() {
        return pieces().stream()
                .filter(piece ->
                        !piece.duplex() && List.of("headers", "streamed").contains(piece.route()))
                .toList();
    }

    private static List<ByteString> twice(List<ByteString> chunks) {
        return List.of(chunks.getFirst(), chunks.getFirst());
    }
}
