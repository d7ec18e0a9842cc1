package io.policyengine.app.demo;

import static io.policyengine.app.demo.Expectation.response;
import static io.policyengine.app.demo.Expectation.upstream;
import static io.policyengine.app.demo.Expectation.upstreamWithout;

import io.policyengine.app.demo.Expectation.Side;
import io.policyengine.app.demo.Expectation.Streamed;
import io.policyengine.app.demo.Expectation.Text;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The scene of the configuration in conf, with one misconfigured route added. */
final class Tour {
    private static final String USERS = "/api/v1/users";
    private static final String API_KEY = "X-API-Key";
    private static final String UPSTREAM = "upstream";
    private static final String EVENTS = "/events";

    /**
     * The chunks of a response. A word begins in the second chunk and ends in the third, so redaction must join them.
     */
    private static final List<String> CHUNKS =
            List.of("data: good morning\n\n", "data: the password is swor", "dfish\n\n", "data: good night\n\n");

    private static final long PAUSE_MS = 500;

    private static final String MISCONFIGURED = """
            # Only in the demo: a policy that no worker declares.
            route_policies:
              - route_name: /misconfigured
                request_flow:
                  policy_chain:
                    - policy: apiKeyAut
            """;

    private Tour() {}

    static Scene scene() {
        return new Scene(
                "",
                Map.of("routes/misconfigured.yaml", MISCONFIGURED),
                Set.of(),
                List.of(),
                List.of(UpstreamAnswer.events(EVENTS, CHUNKS, PAUSE_MS)),
                visits(),
                Optional.empty());
    }

    /** Returns the visits in order. The order matters because earlier visits affect the token buckets. */
    private static List<Visit> visits() {
        return List.of(
                Visit.get(
                        "no key",
                        USERS,
                        Map.of(),
                        1,
                        401,
                        "apiKeyAuth",
                        List.of(
                                response("WWW-Authenticate", "API-Key"),
                                response("X-Content-Type-Options", "nosniff"))),
                Visit.get(
                        "a wrong key",
                        USERS,
                        Map.of(API_KEY, "guess"),
                        1,
                        403,
                        "apiKeyAuth",
                        List.of(response("X-Content-Type-Options", "nosniff"))),
                Visit.get(
                        "alice's key",
                        USERS,
                        Map.of(API_KEY, "demo-key-alice", "X-User-ID", "mallory", "X-Internal-Debug", "1"),
                        1,
                        200,
                        UPSTREAM,
                        List.of(
                                upstream("X-User-ID", "alice"),
                                upstream("X-Consumer", "alice"),
                                upstream("X-Gateway", "policy-engine"),
                                upstreamWithout(API_KEY),
                                upstreamWithout("X-Internal-Debug"),
                                response("Strict-Transport-Security", "max-age"),
                                response("X-Frame-Options", "DENY"))),
                Visit.get(
                        "bob's key, 6 at once",
                        USERS,
                        Map.of(API_KEY, "demo-key-bob"),
                        6,
                        429,
                        "rateLimit",
                        List.of(response("Retry-After", "1"), response("X-Content-Type-Options", "nosniff"))),
                Visit.get(
                        "no password",
                        "/reports",
                        Map.of(),
                        1,
                        401,
                        "basicAuth",
                        List.of(response("WWW-Authenticate", "Basic"))),
                Visit.get(
                        "alice's password",
                        "/reports",
                        Map.of("Authorization", basic("alice:wonderland")),
                        1,
                        200,
                        UPSTREAM,
                        List.of(
                                upstream("X-User-ID", "alice"),
                                upstreamWithout("Authorization"),
                                response("X-Frame-Options", "SAMEORIGIN"))),
                Visit.get(
                        "a public route",
                        "/public",
                        Map.of(),
                        1,
                        200,
                        UPSTREAM,
                        List.of(upstream("X-Gateway", "policy-engine"))),
                Visit.get(
                        "an open route", "/status", Map.of(), 1, 200, UPSTREAM, List.of(upstreamWithout("X-Gateway"))),
                Visit.get("no route matches", "/elsewhere", Map.of(), 1, 403, "kernel", List.of()),
                Visit.get(
                        "a misconfigured route",
                        "/misconfigured",
                        Map.of(),
                        1,
                        500,
                        "kernel",
                        List.of(response("X-Policy-Error", "configuration"))),
                Visit.get(
                        "events one by one",
                        EVENTS,
                        Map.of(),
                        1,
                        200,
                        UPSTREAM,
                        List.of(
                                new Streamed(),
                                new Text(Side.CLIENT, "data: good morning", true),
                                new Text(Side.CLIENT, "data: the password is [redacted]", true),
                                new Text(Side.CLIENT, "data: good night", true))));
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
