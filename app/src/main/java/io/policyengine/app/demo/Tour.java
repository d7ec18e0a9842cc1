package io.policyengine.app.demo;

import static io.policyengine.app.demo.Visit.Expectation.response;
import static io.policyengine.app.demo.Visit.Expectation.upstream;
import static io.policyengine.app.demo.Visit.Expectation.upstreamWithout;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The requests of the demo on the example configuration, with the outcomes that are expected. */
final class Tour {
    private static final String USERS = "/api/v1/users";
    private static final String API_KEY = "X-API-Key";
    private static final String UPSTREAM = "upstream";

    private Tour() {}

    /** In this order: later requests find the buckets that earlier ones left. */
    static List<Visit> visits() {
        return List.of(
                new Visit(
                        "no key",
                        USERS,
                        Map.of(),
                        1,
                        401,
                        "apiKeyAuth",
                        List.of(
                                response("WWW-Authenticate", "API-Key"),
                                response("X-Content-Type-Options", "nosniff"))),
                new Visit(
                        "a wrong key",
                        USERS,
                        Map.of(API_KEY, "guess"),
                        1,
                        403,
                        "apiKeyAuth",
                        List.of(response("X-Content-Type-Options", "nosniff"))),
                new Visit(
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
                new Visit(
                        "bob's key, 6 at once",
                        USERS,
                        Map.of(API_KEY, "demo-key-bob"),
                        6,
                        429,
                        "rateLimit",
                        List.of(response("Retry-After", "1"), response("X-Content-Type-Options", "nosniff"))),
                new Visit(
                        "no password",
                        "/reports",
                        Map.of(),
                        1,
                        401,
                        "basicAuth",
                        List.of(response("WWW-Authenticate", "Basic"))),
                new Visit(
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
                new Visit(
                        "a route for everybody",
                        "/public",
                        Map.of(),
                        1,
                        200,
                        UPSTREAM,
                        List.of(upstream("X-Gateway", "policy-engine"))),
                new Visit(
                        "an open route", "/status", Map.of(), 1, 200, UPSTREAM, List.of(upstreamWithout("X-Gateway"))),
                new Visit("what no route is for", "/elsewhere", Map.of(), 1, 403, "kernel", List.of()),
                new Visit(
                        "a misconfigured route",
                        "/misconfigured",
                        Map.of(),
                        1,
                        500,
                        "kernel",
                        List.of(response("X-Policy-Error", "configuration"))));
    }

    /** The lines of events that the client is to get at {@code /events}, one by one. */
    static List<String> events() {
        return List.of("data: good morning", "data: the password is [redacted]", "data: good night");
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
