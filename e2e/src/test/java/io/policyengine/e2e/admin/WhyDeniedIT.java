package io.policyengine.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.NodeProgram;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.trace.OtlpReceiver;
import io.policyengine.testkit.trace.ReceivedSpan;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The exact code of denials of twelve kinds, and of an error of the kernel, in the eight places of {@code docs/why-denied.md}: the client's
 * answer, the recorder, {@code explain}, the page in Chromium, access log, audit log, trace, and Envoy's response code details.
 */
class WhyDeniedIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_RUN_SECONDS = 120;
    private static final String NOWHERE = "-";
    private static final Pattern EXPLAINED = Pattern.compile("\\b([A-Z0-9]+(?:_[A-Z0-9]+)+(?::[a-z]+)?)\\b");
    private static final Pattern DETAILS = Pattern.compile(":([A-Z0-9_]+)\\{[^:}]*(:[^}]*)?}");
    /** A token of {@code me} that expired in 1970, signed by the secret. */
    private static final String EXPIRED =
            "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJtZSIsInN1YiI6ImFsaWNlIiwiZXhwIjoxfQ.jX8tWHGSjI8aGj_wP99Tzygcecq-Z4R3gN2xhqNwKEM";

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    /** A token of {@code me} that names the key {@code b}. */
    private static final String BY_ANOTHER_KEY =
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImIifQ.eyJpc3MiOiJtZSIsInN1YiI6ImFsaWNlIiwiZXhwIjo0MDAwMDAwMDAwfQ."
                    + "A".repeat(86);

    private static final Vertx VERTX = Vertx.vertx();
    private static final OtlpReceiver TRACES = OtlpReceiver.start();
    private static Stack stack;
    private static List<Kind> kinds;

    /**
     * A request that is denied.
     *
     * @param route of its own
     * @param chain entries behind the one of the audit log
     * @param body empty for GET
     * @param told the code that the client must get
     * @param code that must be in all other places, with the name of the limit behind a colon if there is one
     */
    private record Kind(String route, String chain, String body, List<String> fields, String told, String code) {
        static Kind get(String route, String chain, String code, String... fields) {
            return new Kind(route, chain, "", List.of(fields), code, code);
        }

        static Kind post(String route, String chain, String code, String body) {
            return new Kind(route, chain, body, List.of("content-type", "application/json"), code, code);
        }

        Kind telling(String toClient) {
            return new Kind(route, chain, body, fields, toClient, code);
        }

        String asRoute(Path audit) {
            return """
                      - route_name: %s
                        request_flow:
                          policy_chain:
                            - { policy: auditLog, params: { sink: { type: file, path: "%s" } } }
                    %s
                    """.formatted(route, audit, chain.indent(8).stripTrailing());
        }

        Web.Answer send() {
            return Web.send(
                    body.isEmpty() ? "GET" : "POST", stack.envoy().port(), route, body, fields.toArray(String[]::new));
        }
    }

    @BeforeAll
    static void start() {
        HttpServer decisions = Load.await(VERTX.createHttpServer()
                .requestHandler(request -> request.response().setStatusCode(403).end())
                .listen(0, "127.0.0.1"));
        kinds = kinds(decisions.actualPort());
        TestConf conf = TestConf.ofTests();
        Path audit = conf.folder().resolve("audit.log");
        conf.replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, recorder: { sample: 0, slow_ms: 60000 },"
                                + " access_log: { always: [ denied, failed ], max_lines_per_second: 1000 },"
                                + " tracing: { enabled: true, sampling_rate: 1, export_interval_ms: 20, endpoint: '"
                                + TRACES.url() + "' }")
                .with(
                        "routes/denials.yaml",
                        kinds.stream()
                                .map(kind -> kind.asRoute(audit))
                                .collect(Collectors.joining("", "route_policies:\n", "")));
        stack = Stack.start(new Setup(EnvoyVersion.V1_40, Shape.TWO_PROCESSES), conf);
    }

    @AfterAll
    static void stop() {
        stack.close();
        TRACES.close();
        Load.await(VERTX.close());
    }

    private static List<Kind> kinds(int decisions) {
        String jwt = "- { policy: jwtValidation, params: { issuers: [ { issuer: me, %s } ] } }";
        String key = "- { policy: apiKeyAuth, params: { keys: [ { consumer: bob, plain: a-key, expires: %s } ] } }";
        return List.of(
                Kind.get(
                        "/expired",
                        jwt.formatted("algorithms: HS256, secret: " + SECRET),
                        "TOKEN_EXPIRED",
                        "authorization",
                        "Bearer " + EXPIRED),
                Kind.get(
                        "/another-key",
                        jwt.formatted("algorithms: EdDSA, jwks: { keys: [ { kty: OKP, crv: Ed25519, kid: a,"
                                + " x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo } ] }"),
                        "TOKEN_KEY_UNKNOWN",
                        "authorization",
                        "Bearer " + BY_ANOTHER_KEY),
                Kind.get("/old-key", key.formatted("2020-01-01"), "API_KEY_EXPIRED", "x-api-key", "a-key")
                        .telling("API_KEY_INVALID"),
                Kind.get(
                        "/role",
                        key.formatted("2120-01-01")
                                + "\n- { policy: roleCheck, params: { required_roles: [ admin ] } }",
                        "ROLE_REQUIRED",
                        "x-api-key",
                        "a-key"),
                Kind.get(
                        "/signature",
                        "- { policy: hmacSignature, params: { keys: [ { id: k1, secret: " + SECRET + " } ] } }",
                        "SIGNATURE_INVALID",
                        "signature-input",
                        "sig1=(\"@method\" \"@authority\" \"@path\");created="
                                + Instant.now().getEpochSecond() + ";keyid=\"k1\"",
                        "signature",
                        "sig1=:" + "A".repeat(43) + "=:"),
                Kind.get("/address", "- { policy: ipFilter, params: { deny: [ 0.0.0.0/0, \"::/0\" ] } }", "IP_DENIED"),
                Kind.get(
                        "/service",
                        "- { policy: extAuthz, params: { protocol: http, target: \"http://127.0.0.1:" + decisions
                                + "\" } }",
                        "ACCESS_DENIED"),
                Kind.get(
                        "/rate",
                        "- { policy: rateLimit, params: { requests_per_second: 0.001, burst: 1, key: client_ip } }",
                        "RATE_LIMITED"),
                Kind.get(
                                "/quota",
                                "- { policy: quota, params: { limits: [ { name: monthly, requests: 9, per: month, key: client_ip },"
                                        + " { name: daily, requests: 1, per: day, key: client_ip } ] } }",
                                "QUOTA_EXCEEDED:daily")
                        .telling("QUOTA_EXCEEDED"),
                Kind.post("/size", "- { policy: fileSizeLimit, params: { max_bytes: 1 } }", "REQUEST_TOO_LARGE", "{}"),
                Kind.post(
                        "/schema",
                        "- { policy: jsonSchemaValidation, params: { schema: { required: [ id ] } } }",
                        "SCHEMA_VIOLATION",
                        "{\"name\": 1}"),
                Kind.post(
                        "/personal",
                        "- { policy: piiRedaction, params: { entities: [ email ], action: deny } }",
                        "PII_DENIED",
                        "{\"text\": \"write to alice@example.com\"}"));
    }

    @Test
    void theCodesOfTwelveKindsAreInEightPlaces() {
        Web.get(stack.envoy().port(), "/rate");
        Web.get(stack.envoy().port(), "/quota");
        Map<String, Web.Answer> answers = new LinkedHashMap<>();
        kinds.forEach(kind -> answers.put(kind.route(), kind.send()));
        answers.put("/misconfigured", stack.get("/misconfigured"));

        Map<String, String> shown =
                page(answers.values().stream().map(WhyDeniedIT::id).toList());
        List<String> seen = answers.entrySet().stream()
                .map(one -> row(one.getKey(), places(one.getValue(), shown)))
                .toList();
        System.out.println(row(
                "route",
                List.of("client", "recorder", "explain", "page", "access log", "audit log", "trace", "Envoy")));
        seen.forEach(System.out::println);

        List<String> wanted = Stream.concat(
                        kinds.stream().map(kind -> row(kind.route(), inAll(kind.told(), kind.code(), kind.code()))),
                        // No entry of a route that cannot be served runs, so none records the exchange.
                        Stream.of(row("/misconfigured", inAll("ROUTE_MISCONFIGURED", "ROUTE_MISCONFIGURED", NOWHERE))))
                .toList();
        assertThat(seen).containsExactlyElementsOf(wanted);
    }

    private static List<String> inAll(String told, String code, String audited) {
        return List.of(told, code, code, code, code, audited, code, code);
    }

    private static String row(String route, List<String> codes) {
        return "| " + route + " | " + String.join(" | ", codes) + " |";
    }

    private static String id(Web.Answer answer) {
        return answer.json().path("request_id").asString("");
    }

    /** The codes of one denial, in the order of the table. */
    private static List<String> places(Web.Answer answer, Map<String, String> shown) {
        String id = id(answer);
        boolean isAudited = !answer.code().equals("ROUTE_MISCONFIGURED");
        return List.of(
                answer.code(),
                Eventually.get("the record of " + id, () -> code(recorded(id).at("/exchanges/0/end"))),
                explained(id),
                shown.getOrDefault(id, NOWHERE),
                Eventually.get(
                        "the line of " + id,
                        () -> code(line(stack.kernel().process().lines(), id, true))),
                isAudited ? Eventually.get("the audit of " + id, () -> code(line(audit(), id, false))) : NOWHERE,
                traced(id),
                found(DETAILS, Eventually.get("Envoy's line of " + id, () -> details(id))));
    }

    private static @Nullable String code(JsonNode of) {
        String rule = of.path("rule").asString("");
        return of.isMissingNode() ? null : of.path("code").asString(NOWHERE) + (rule.isEmpty() ? "" : ":" + rule);
    }

    private static JsonNode recorded(String id) {
        return Web.get(stack.kernel().metricsPort(), "/exchanges/" + id).json();
    }

    private static String explained(String id) {
        Command said = Command.run(
                "explain", id, "--admin", "127.0.0.1:" + stack.kernel().metricsPort());
        return found(EXPLAINED, said.printed().lines().findFirst().orElse(""));
    }

    private static JsonNode line(List<String> lines, String id, boolean isAccess) {
        return lines.stream()
                .filter(line -> line.contains(id))
                .map(WhyDeniedIT::json)
                .filter(line -> !isAccess || line.path("component").asString("").equals("access"))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** A missing node for a line that is still being written. */
    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException incomplete) {
            return MissingNode.getInstance();
        }
    }

    private static List<String> audit() {
        Path file = stack.conf().folder().resolve("audit.log");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String traced(String id) {
        Predicate<ReceivedSpan> isRoot = span -> id.equals(span.attributes().get("request.id"));
        return TRACES.await(spans -> spans.stream().anyMatch(isRoot)).stream()
                .filter(isRoot)
                .map(WhyDeniedIT::code)
                .findFirst()
                .orElseThrow();
    }

    private static String code(ReceivedSpan span) {
        String rule = span.attributes().get("decided.rule");
        return span.attributes().getOrDefault("decided.code", NOWHERE) + (rule == null ? "" : ":" + rule);
    }

    private static @Nullable String details(String id) {
        JsonNode line = line(stack.envoy().accessLog(), id, false);
        return line.isMissingNode() ? null : line.path("details").asString("");
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return NOWHERE;
        }
        String rule = matcher.groupCount() < 2 ? null : matcher.group(2);
        return matcher.group(1) + (rule == null ? "" : rule);
    }

    /** The codes that the page shows in the rows of these exchanges. */
    private static Map<String, String> page(List<String> ids) {
        List<String> arguments = Stream.concat(
                        Stream.of("http://127.0.0.1:" + stack.kernel().metricsPort() + "/ui/"), ids.stream())
                .toList();
        try (OsProcess browser = NodeProgram.start("denials-page", "denials-page.mjs", arguments)) {
            int exitCode = browser.exitCodeWithin(LONGEST_RUN_SECONDS);

            assertThat(exitCode).as(browser.output()).isZero();
            return browser.lines().stream()
                    .map(line -> line.split(" "))
                    .filter(words -> words.length == 2 && ids.contains(words[0]))
                    .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        }
    }
}
