package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.it.engine.CodedPolicies;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.trace.OtlpReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The exact code of denials of many kinds, in all places where it must be, with workers of either form. What {@code explain} and the
 * admin page show is the record of the management API: {@code WhyDeniedIT} in {@code e2e} has twelve kinds in all eight places.
 */
@ParameterizedClass
@EnumSource
class WhyDeniedTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern IN_BODY = Pattern.compile("\"code\"\\s*:\\s*\"([A-Z0-9_]+)\"");
    private static final Pattern IN_ENTRIES = Pattern.compile("code=([A-Z0-9_]+)(?:, rule=([A-Za-z0-9._-]+))?");
    private static final Pattern IN_DETAILS = Pattern.compile(":([A-Z0-9_]+)\\{[^:}]*(?::([^}]*))?}");
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long EXPIRED = 1;
    private static final long VALID = 4_000_000_000L;
    private static final String UNLISTED = "unlisted";

    private final HttpClient http = HttpClient.newHttpClient();
    private final OtlpReceiver receiver = OtlpReceiver.start();
    private final CapturedLog log = CapturedLog.of(AccessLog.LOGGER);
    private final Map<String, String> ends = new ConcurrentHashMap<>();
    private final TestEngine engine;

    WhyDeniedTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        http.close();
        engine.close();
        log.close();
        receiver.close();
    }

    /**
     * A denial and the codes that must be seen.
     *
     * @param chain the entry that denies; empty for a route that is not configured
     * @param body the code in the body; {@code -} if the body has none
     * @param code the code in all other places, with the name of the rule behind a colon if there is one
     */
    private record Kind(String id, String chain, SimRequest request, String body, String code) {
        /** The row of the table: body, recorder, its entry, access log, its entry, end of the exchange, span, Envoy's details. */
        String row() {
            boolean byEntry = !chain.isEmpty();
            return String.join(
                    " | ",
                    id,
                    body,
                    code,
                    byEntry ? code : "-",
                    code,
                    byEntry ? code : "-",
                    byEntry ? code : "-",
                    code,
                    code);
        }
    }

    private static Kind kind(String id, String chain, SimRequest request, String code) {
        return new Kind(id, chain, request, code, code);
    }

    private static List<Kind> kinds() {
        SimRequest get = SimRequest.get("/");
        String jwt = "{ policy: jwtValidation, params: { issuers: [ %s ] } }";
        return List.of(
                kind(
                        "expired",
                        jwt.formatted("{ issuer: me, algorithms: HS256, secret: " + SECRET + " }"),
                        SimRequest.get("/", "authorization", "Bearer " + expired()),
                        "TOKEN_EXPIRED"),
                kind(
                        "unknown-key",
                        jwt.formatted(
                                "{ issuer: me, algorithms: EdDSA, jwks: { keys: [ { kty: OKP, crv: Ed25519, kid: a,"
                                        + " x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo } ] } }"),
                        SimRequest.get(
                                "/",
                                "authorization",
                                "Bearer " + signed("{\"alg\":\"EdDSA\",\"kid\":\"b\"}", VALID, new byte[64])),
                        "TOKEN_KEY_UNKNOWN"),
                new Kind(
                        "expired-key",
                        "{ policy: apiKeyAuth, params: { keys: [ { consumer: bob, plain: secret, expires: 2020-01-01 } ] } }",
                        SimRequest.get("/", "x-api-key", "secret"),
                        "API_KEY_INVALID",
                        "API_KEY_EXPIRED"),
                new Kind(
                        "revoked-key",
                        "{ policy: apiKeyAuth, params: { keys: [ { consumer: bob, plain: secret } ] } }",
                        SimRequest.get("/", "x-api-key", "revoked"),
                        "API_KEY_INVALID",
                        "API_KEY_UNKNOWN"),
                new Kind(
                        "cost",
                        "{ policy: rateLimit, params: { limits: [ { requests: 1, per: hour, cost: 2 } ] } }",
                        get,
                        "COST_ABOVE_LIMIT",
                        "COST_ABOVE_LIMIT:hour"),
                new Kind(
                        "limits",
                        "{ policy: rateLimit, params: { limits: [ { name: short-term, requests: 9, per: hour },"
                                + " { name: daily, requests: 1, per: day } ] } }",
                        get,
                        "RATE_LIMITED",
                        "RATE_LIMITED:daily"),
                kind(
                        "rate-limit",
                        "{ policy: rateLimit, params: { requests_per_second: 0.001, burst: 1, key: client_ip } }",
                        get,
                        "RATE_LIMITED"),
                kind("ip", "{ policy: ipFilter, params: { deny: [ 0.0.0.0/0, \"::/0\" ] } }", get, "IP_UNKNOWN"),
                kind("role", "{ policy: roleCheck, params: { required_roles: [ admin ] } }", get, "IDENTITY_REQUIRED"),
                kind("csrf", "{ policy: csrf }", SimRequest.post("/", "a"), "CSRF_ORIGIN_MISSING"),
                new Kind(
                        "cors",
                        "{ policy: corsHeaders, params: { allow_origins: [ \"https://a.example\" ] } }",
                        get.withMethod("OPTIONS")
                                .withHeader("origin", "https://b.example")
                                .withHeader("access-control-request-method", "PUT"),
                        "-",
                        "CORS_PREFLIGHT"),
                kind(
                        "body",
                        "{ policy: fileSizeLimit, params: { max_bytes: 1 } }",
                        SimRequest.post("/", "abc").withContentLength(),
                        "REQUEST_TOO_LARGE"),
                kind(
                        "rule",
                        "{ policy: celRule, params: { deny_if: \"true\", code: OTHER_TENANT } }",
                        get,
                        "OTHER_TENANT"),
                kind("failure", "{ policy: failing }", get, "POLICY_ERROR"),
                new Kind("timeout", "{ policy: never, timeout_ms: 300 }", get, "POLICY_ERROR", "POLICY_TIMEOUT"),
                kind("overload", "{ policy: overloaded }", get, "OVERLOADED"),
                kind(UNLISTED, "", get, "UNKNOWN_ROUTE"),
                new Kind("without-code", "{ policy: denying }", get, "-", "POLICY_DENIED"),
                kind("theirs", "{ policy: coded, params: { value: THEIRS } }", get, "THEIRS"),
                new Kind(
                        "their-rule",
                        "{ policy: coded, params: { value: THEIRS/a_1.b-2 } }",
                        get,
                        "THEIRS",
                        "THEIRS:a_1.b-2"),
                kind(
                        "illegal-rule",
                        "{ policy: coded, params: { value: \"THEIRS/a}\\nx-forged: 1\" } }",
                        get,
                        "THEIRS"),
                kind("long-rule", "{ policy: coded, params: { value: THEIRS/" + "a".repeat(65) + " } }", get, "THEIRS"),
                new Kind(
                        "illegal-code",
                        "{ policy: coded, params: { value: \"A B\\nx-forged: 1\" } }",
                        get,
                        "THEIRS",
                        "POLICY_DENIED"),
                new Kind(
                        "too-long-code",
                        "{ policy: coded, params: { value: " + "A".repeat(65) + " } }",
                        get,
                        "THEIRS",
                        "POLICY_DENIED"));
    }

    private static String expired() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            String header = "{\"alg\":\"HS256\"}";
            return signed(header, EXPIRED, mac.doFinal(unsigned(header, EXPIRED).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String unsigned(String header, long expiry) {
        String claims = "{\"iss\":\"me\",\"sub\":\"alice\",\"exp\":" + expiry + "}";
        return base64(header.getBytes(StandardCharsets.US_ASCII)) + "."
                + base64(claims.getBytes(StandardCharsets.US_ASCII));
    }

    private static String signed(String header, long expiry, byte[] signature) {
        return unsigned(header, expiry) + "." + base64(signature);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void start(String shares, String... routes) {
        observed(
                shares + ", tracing: { enabled: true, endpoint: '" + receiver.url()
                        + "', export_interval_ms: 20, sampler: ratio, sampling_rate: 1 }",
                routes);
    }

    private void observed(String by, String... routes) {
        List<PolicyFactory<?>> policies = new ArrayList<>(StandardPolicies.all());
        policies.addAll(TestPolicies.all());
        policies.removeIf(policy -> policy.descriptor().name().equals("rewrite"));
        policies.addAll(CodedPolicies.with(ends));
        engine.worker("one", UnaryOperator.identity(), policies.toArray(PolicyFactory<?>[]::new))
                .start(
                        PATIENT.replace("envoy: { ", "envoy: { receiving_namespaces: [ policies ], ")
                                + "workers: [ { name: one } ]\nunknown_route: deny\n"
                                + "observability: { metrics_port: 0, " + by + " }\n",
                        routes);
    }

    @Test
    void theExactCodeIsInEveryPlace() {
        start(
                "access_log: { sample: 1 }",
                kinds().stream()
                        .filter(kind -> !kind.chain().isEmpty())
                        .map(kind -> route(kind.id(), "[ { policy: noting }, " + kind.chain() + " ]", "[]"))
                        .toArray(String[]::new));

        engine.get("rate-limit");
        engine.get("limits");
        List<String> rows = kinds().stream().map(this::seen).toList();

        assertThat(rows)
                .containsExactlyElementsOf(kinds().stream().map(Kind::row).toList());
    }

    @Test
    void aResponseThatAPolicyReplacesIsKeptAndLoggedAsADenial() {
        start(
                "recorder: { sample: 0 }",
                route("large", "[ { policy: noting } ]", "[ { policy: fileSizeLimit, params: { max_bytes: 1 } } ]"));
        FilterConfig receiving = TestEngine.filter("large")
                .receivingNamespaces(Set.of("policies"))
                .build();

        SimResult result = Await.result(engine.envoy(receiving)
                .exchange(
                        SimRequest.get("/", "x-request-id", "large"),
                        Upstream.replying(SimResponse.of(200, "abc").withContentLength())));

        assertThat(result.status()).isEqualTo(502);
        assertThat(found(IN_BODY, result.response().bodyText())).isEqualTo("RESPONSE_TOO_LARGE");
        Await.until("the record", () -> !recorded("large").isMissingNode());
        JsonNode record = recorded("large");
        assertThat(record.path("kept").asString()).isEqualTo("denied");
        assertThat(record.path("end").path("outcome").asString()).isEqualTo("passed");
        assertThat(record.path("end").path("code").asString()).isEqualTo("RESPONSE_TOO_LARGE");
        assertThat(entryCode(record)).isEqualTo("RESPONSE_TOO_LARGE");
        Await.until("the line", () -> line("large") != null);
        assertThat(line("large")).containsEntry("code", "RESPONSE_TOO_LARGE").containsEntry("outcome", "passed");
        Await.until("the end", () -> ends.containsKey("large"));
        assertThat(ends).containsEntry("large", "RESPONSE_TOO_LARGE");
        assertThat(Objects.requireNonNull(result.dynamicMetadata().get("policies"))
                        .getFieldsMap())
                .containsEntry(
                        "response.refused",
                        Value.newBuilder().setStringValue("RESPONSE_TOO_LARGE").build());
    }

    @Test
    void theEndOfAnExchangeHasTheCodeEvenIfNothingObservesIt() {
        observed(
                "recorder: { enabled: false }, access_log: { enabled: false }",
                route("large", "[ { policy: noting } ]", "[ { policy: fileSizeLimit, params: { max_bytes: 1 } } ]"),
                route("small", "[ { policy: noting } ]", "[ { policy: fileSizeLimit, params: { max_bytes: 9 } } ]"));
        SimResponse response = SimResponse.of(200, "abc").withContentLength();

        engine.exchange("large", SimRequest.get("/", "x-request-id", "large"), response);
        engine.exchange("small", SimRequest.get("/", "x-request-id", "small"), response);

        Await.until("both ends", () -> ends.size() == 2);
        assertThat(ends).containsEntry("large", "RESPONSE_TOO_LARGE").containsEntry("small", "-");
    }

    @Test
    void whatEntriesInShadowModeWouldDenyIsListedWithTheCode() {
        start(
                "recorder: { sample: 0 }",
                route(
                        "shadow",
                        "[ { policy: ipFilter, name: range, mode: shadow, params: { deny: [ 0.0.0.0/0, \"::/0\" ] } } ]",
                        "[ { policy: fileSizeLimit, name: size, mode: shadow, params: { max_bytes: 1 } } ]"));

        SimResult result = engine.exchange(
                "shadow",
                SimRequest.get("/a/b?c=hush", "x-request-id", "tried"),
                SimResponse.of(200, "abc").withContentLength());

        assertThat(result.status()).isEqualTo(200);
        Await.until(
                "both denials",
                () -> !denial("range", "").isMissingNode()
                        && !denial("size", "").isMissingNode());
        JsonNode request = denial("range", "&code=IP_UNKNOWN&path=/a&status=4xx&since=1h&route=shadow");
        assertThat(request.path("request_id").asString()).isEqualTo("tried");
        assertThat(request.path("phase").asString()).isEqualTo("request");
        assertThat(request.path("status").asInt()).isEqualTo(403);
        assertThat(request.path("path").asString()).isEqualTo("/a/b");
        assertThat(request.path("policy").asString()).isEqualTo("ipFilter");
        JsonNode response = denial("size", "");
        assertThat(response.path("phase").asString()).isEqualTo("response");
        assertThat(response.path("code").asString()).isEqualTo("RESPONSE_TOO_LARGE");
        assertThat(response.path("path").asString()).isEqualTo("/a/b");
        assertThat(denial("range", "&code=TOKEN_EXPIRED").isMissingNode()).isTrue();
        assertThat(denial("range", "&until=1h").isMissingNode()).isTrue();
        assertThat(denial("range", "&route=another").isMissingNode()).isTrue();
    }

    /** The newest denial that an entry in shadow mode would have made. */
    private JsonNode denial(String entry, String more) {
        return asked("/shadow-denials?would_deny=" + entry + more)
                .path("denials")
                .path(0);
    }

    private String seen(Kind kind) {
        SimResult result =
                engine.exchange(kind.id(), kind.request().withHeader("x-request-id", kind.id()), SimResponse.of(200));
        Await.until("the record of " + kind.id(), () -> !recorded(kind.id()).isMissingNode());
        JsonNode record = recorded(kind.id());
        Await.until("the line of " + kind.id(), () -> line(kind.id()) != null);
        Map<String, String> line = Objects.requireNonNull(line(kind.id()));
        if (!kind.chain().isEmpty()) {
            Await.until("the end of " + kind.id(), () -> ends.containsKey(kind.id()));
        }
        receiver.await(spans -> spans.stream().anyMatch(span -> isRoot(span.attributes(), kind.id())));
        String span = receiver.spans().stream()
                .filter(one -> isRoot(one.attributes(), kind.id()))
                .map(one -> coded(
                        one.attributes().getOrDefault("decided.code", "-"),
                        one.attributes().get("decided.rule")))
                .findFirst()
                .orElseThrow();
        return String.join(
                " | ",
                kind.id(),
                found(IN_BODY, result.response().bodyText()),
                coded(record.path("end")),
                entryCode(record),
                coded(line.getOrDefault("code", "-"), line.get("rule")),
                found(IN_ENTRIES, line.getOrDefault("entries", "")),
                ends.getOrDefault(kind.id(), "-"),
                span,
                found(IN_DETAILS, result.details()));
    }

    private static boolean isRoot(Map<String, String> attributes, String id) {
        return id.equals(attributes.get("request.id"));
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? coded(matcher.group(1), matcher.groupCount() < 2 ? null : matcher.group(2)) : "-";
    }

    private static String coded(JsonNode denied) {
        String rule = denied.path("rule").asString("");
        return coded(denied.path("code").asString("-"), rule.isEmpty() ? null : rule);
    }

    private static String coded(String code, @Nullable String rule) {
        return rule == null ? code : code + ":" + rule;
    }

    private static String entryCode(JsonNode record) {
        return record.findValues("entries").stream()
                .flatMap(JsonNode::valueStream)
                .filter(entry -> entry.hasNonNull("code"))
                .map(WhyDeniedTest::coded)
                .findFirst()
                .orElse("-");
    }

    private @Nullable Map<String, String> line(String id) {
        return log.lines().stream()
                .filter(line -> id.equals(line.get("request_id")))
                .findFirst()
                .orElse(null);
    }

    private JsonNode recorded(String id) {
        return asked("/exchanges/" + id).path("exchanges").path(0);
    }

    private JsonNode asked(String path) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + engine.kernel().adminPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
