package io.policyengine.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Each policy of identity and access behind a real Envoy: a request that it allows, one that it denies, one on a route where its parameters
 * are wrong, and one that it would allow, while what it depends on is down, and when that is back. Prints the table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessPoliciesIT {
    private static final int MISCONFIGURED = 500;

    private final Credentials credentials = new Credentials();
    private final Dependencies dependencies = Dependencies.start(credentials::jwks);
    private final List<Row> rows = rows();
    private final TestConf conf = conf();
    private final Upstream upstream = Upstream.start();
    private EngineProcess engine;
    private EnvoyProcess envoy;

    /** A request on the row's route, or below it. */
    record Sent(String method, String below, List<String> fields) {
        Sent(String method, String below, String... fields) {
            this(method, below, List.of(fields));
        }

        static Sent get(String... fields) {
            return new Sent("GET", "", fields);
        }
    }

    private List<Row> rows() {
        String jwt = """
                { policy: jwtValidation, params: { issuers: [{ issuer: "%s", audiences: %s, jwks_uri: "%s" }] } }""".formatted(Credentials.ISSUER, Credentials.AUDIENCE, dependencies.url("/jwks"));
        return List.of(
                new Row("jwtValidation", jwt)
                        .allows(200, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE)))
                        .denies(403, () -> Sent.get("authorization", credentials.token("others")))
                        // The last keys count while there are no newer ones.
                        .whenDown(200)
                        .wrong("{ issuers: [] }"),
                new Row("roleCheck", jwt + ", { policy: roleCheck, params: { required_roles: admin } }")
                        .allows(200, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE, "admin")))
                        .denies(403, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE, "Admin")))
                        .whenDown(200)
                        .wrong("{ mode: any }"),
                new Row("oauth2Introspection", """
                        { policy: oauth2Introspection, params: { url: "%s", client: { id: engine, secret: hush } } }""".formatted(dependencies.url("/introspect")))
                        .allows(200, () -> Sent.get("authorization", credentials.opaque("good")))
                        .denies(401, () -> Sent.get("authorization", credentials.opaque("bad")))
                        .whenDown(503)
                        .wrong("{ client: { id: engine, secret: hush } }"),
                new Row("tokenExchange", jwt + """
                        , { policy: tokenExchange, params: { url: "%s", client: { id: engine, secret: hush }, audience: upstream } }""".formatted(dependencies.url("/token")))
                        .allows(200, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE)))
                        .denies(403, () -> Sent.get("authorization", credentials.token("others")))
                        .whenDown(503)
                        .wrong("{ audience: upstream }"),
                new Row("extAuthz http", """
                        { policy: extAuthz, params: { protocol: http, target: "%s" } }""".formatted(dependencies.url("/decide")))
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .whenDown(503)
                        .wrong("{ protocol: http }"),
                new Row("extAuthz opa", """
                        { policy: extAuthz, params: { protocol: opa, target: "%s" } }""".formatted(dependencies.url("/v1/data/access/allow")))
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .whenDown(503)
                        .wrong("{ protocol: opa }"),
                new Row("hmacSignature", """
                        { policy: hmacSignature, params: { scheme: hmac_headers, components: ["@method", "@path"], \
                        keys: [{ id: billing, secret: "%s" }] } }""".formatted(Credentials.SECRET))
                        .allows(200, () -> Sent.get(credentials.signature("GET", "/access/hmacSignature")))
                        .denies(401, () -> Sent.get(credentials.signature("PUT", "/access/hmacSignature")))
                        .wrong("{ keys: [] }"),
                new Row("ipFilter", """
                        { policy: ipFilter, params: { deny: 10.0.0.0/8 } }""")
                        .allows(200, () -> Sent.get("x-forwarded-for", "192.0.2.1"))
                        .denies(403, () -> Sent.get("x-forwarded-for", "10.1.2.3"))
                        .wrong("{ allow: 0127.0.0.1 }"),
                new Row("celRule", """
                        { policy: celRule, params: { deny_if: "request.path.endsWith('/denied')" } }""")
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .wrong("{ deny_if: 'request.path +' }"),
                new Row("corsHeaders", """
                        { policy: corsHeaders, params: { allow_origins: "https://app.example.com" } }""")
                        .allows(204, () -> preflight("https://app.example.com"))
                        .denies(204, () -> preflight("https://evil.test"))
                        .wrong("{ allow_origins: '*', allow_credentials: true }"),
                new Row("csrf", """
                        { policy: csrf, params: { allow_origins: "https://app.example.com" } }""")
                        .allows(200, () -> new Sent("POST", "", "origin", "https://app.example.com"))
                        .denies(403, () -> new Sent("POST", "", "origin", "https://evil.test"))
                        .wrong("{ allow_origins: 'no origin' }"),
                new Row("botFilter", """
                        { policy: botFilter, params: { deny_user_agents: "(?i)bot" } }""")
                        .allows(200, () -> Sent.get("user-agent", "Mozilla/5.0"))
                        .denies(403, () -> Sent.get("user-agent", "EvilBot/1.0"))
                        .wrong("{ deny_user_agents: '(' }"),
                new Row("apiKeyAuth", """
                        { policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }""")
                        .allows(200, () -> Sent.get("x-api-key", "alices-key"))
                        .denies(403, () -> Sent.get("x-api-key", "others-key"))
                        .wrong("{ header_name: 'no name' }"),
                new Row("basicAuth", """
                        { policy: basicAuth, params: { users: { alice: "{SHA}HyHjC/2o54DBcrn3W367/BjmyHk=" } } }""")
                        .allows(200, () -> Sent.get("authorization", "Basic YWxpY2U6aHVzaA=="))
                        .denies(401, () -> Sent.get("authorization", "Basic YWxpY2U6d3Jvbmc="))
                        .wrong("{ users: { alice: unhashed } }"));
    }

    private static Sent preflight(String origin) {
        return new Sent("OPTIONS", "", "origin", origin, "access-control-request-method", "PUT");
    }

    private TestConf conf() {
        StringBuilder routes = new StringBuilder("route_policies:\n");
        for (Row row : rows) {
            routes.append("""
                      - { route_name: "%s*", request_flow: { policy_chain: [%s] } }
                      - { route_name: "%s", request_flow: { policy_chain: [{ policy: %s, params: %s }] } }
                    """.formatted(row.path(), row.chain(), row.wrongPath(), row.policy(), row.wrong()));
        }
        return TestConf.ofTests()
                .replacing("kernel.yaml", "unknown_route:", "trusted_hops: 2\n  unknown_route:")
                .with("routes/access.yaml", routes.toString());
    }

    @BeforeAll
    void start() {
        engine = EngineProcess.embedded(conf);
        envoy = EnvoyProcess.start(EnvoyVersion.V1_36, conf.directory(), engine.port(), upstream.port());
    }

    @AfterAll
    void stop() {
        envoy.close();
        engine.close();
        upstream.close();
        dependencies.close();
        conf.close();
    }

    private int status(Row row, Supplier<Sent> made) {
        Sent sent = made.get();
        return Web.send(
                        sent.method(),
                        envoy.port(),
                        row.path() + sent.below(),
                        "",
                        sent.fields().toArray(String[]::new))
                .status();
    }

    @Test
    void eachAllowsDeniesAndHoldsWhatItPromisesWhileItsDependencyIsDown() {
        for (Row row : rows) {
            row.saw(status(row, row.allowed()));
            row.saw(status(row, row.denied()));
            row.saw(Web.get(envoy.port(), row.wrongPath()).status());
        }
        dependencies.goDown();
        rows.forEach(row -> row.saw(status(row, row.allowed())));
        dependencies.comeBack();
        for (Row row : rows) {
            Eventually.isTrue(row.name() + " works again", () -> status(row, row.allowed()) == row.passes());
            row.saw(status(row, row.allowed()));
        }

        System.out.println("| policy | allowed | denied | misconfigured | dependency down | dependency back |\n"
                + "|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        for (Row row : rows) {
            assertThat(row.seen())
                    .as(row.name())
                    .containsExactly(row.passes(), row.refused(), MISCONFIGURED, row.down(), row.passes());
        }
    }
}
