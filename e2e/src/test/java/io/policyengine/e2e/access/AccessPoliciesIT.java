package io.policyengine.e2e.access;

import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.table.PolicyRow;
import io.policyengine.e2e.table.PolicyTable;
import io.policyengine.e2e.table.Sent;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each policy of identity and access behind a real Envoy: a request that it allows, one that it denies, one on a route where its parameters
 * are wrong, and one that it would allow, while what it depends on is down, and when that is back. Prints the table.
 */
class AccessPoliciesIT {
    private final Credentials credentials = new Credentials();
    private final Dependencies dependencies = Dependencies.start(credentials::jwks);

    private List<PolicyRow> rows() {
        String jwt = """
                { policy: jwtValidation, params: { issuers: [{ issuer: "%s", audiences: %s, jwks_uri: "%s" }] } }""".formatted(Credentials.ISSUER, Credentials.AUDIENCE, dependencies.url("/jwks"));
        return List.of(
                new PolicyRow("jwtValidation", jwt)
                        .allows(200, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE)))
                        .denies(403, () -> Sent.get("authorization", credentials.token("others")))
                        // The last keys count while there are no newer ones.
                        .whenDown(200)
                        .wrong("{ issuers: [] }"),
                new PolicyRow("roleCheck", jwt + ", { policy: roleCheck, params: { required_roles: admin } }")
                        .allows(200, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE, "admin")))
                        .denies(403, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE, "Admin")))
                        .whenDown(200)
                        .wrong("{ mode: any }"),
                new PolicyRow("oauth2Introspection", """
                        { policy: oauth2Introspection, params: { url: "%s", client: { id: engine, secret: hush } } }""".formatted(dependencies.url("/introspect")))
                        .allows(200, () -> Sent.get("authorization", credentials.opaque("good")))
                        .denies(401, () -> Sent.get("authorization", credentials.opaque("bad")))
                        .whenDown(503)
                        .wrong("{ client: { id: engine, secret: hush } }"),
                new PolicyRow("tokenExchange", jwt + """
                        , { policy: tokenExchange, params: { url: "%s", client: { id: engine, secret: hush }, audience: upstream } }""".formatted(dependencies.url("/token")))
                        .allows(200, () -> Sent.get("authorization", credentials.token(Credentials.AUDIENCE)))
                        .denies(403, () -> Sent.get("authorization", credentials.token("others")))
                        .whenDown(503)
                        .wrong("{ audience: upstream }"),
                new PolicyRow("extAuthz grpc", """
                        { policy: extAuthz, params: { protocol: grpc, target: decider } }""")
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .whenDown(503)
                        .wrong("{ protocol: grpc }"),
                new PolicyRow("extAuthz http", """
                        { policy: extAuthz, params: { protocol: http, target: "%s" } }""".formatted(dependencies.url("/decide")))
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .whenDown(503)
                        .wrong("{ protocol: http }"),
                new PolicyRow("extAuthz opa", """
                        { policy: extAuthz, params: { protocol: opa, target: "%s" } }""".formatted(dependencies.url("/v1/data/access/allow")))
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .whenDown(503)
                        .wrong("{ protocol: opa }"),
                new PolicyRow("hmacSignature", """
                        { policy: hmacSignature, params: { scheme: hmac_headers, components: ["@method", "@path"], \
                        keys: [{ id: billing, secret: "%s" }] } }""".formatted(Credentials.SECRET))
                        .allows(200, () -> Sent.get(credentials.signature("GET", "/policy/hmacSignature")))
                        .denies(401, () -> Sent.get(credentials.signature("PUT", "/policy/hmacSignature")))
                        .wrong("{ keys: [] }"),
                new PolicyRow("clientCertificate", """
                        { policy: clientCertificate, params: { source: forwarded, sans: { uri: "spiffe://example.org/alice" } } }""")
                        .allows(200, () -> Sent.get("x-forwarded-client-cert", certificate("alice")))
                        .denies(403, () -> Sent.get("x-forwarded-client-cert", certificate("bob")))
                        .wrong("{ sans: {} }"),
                new PolicyRow("ipFilter", """
                        { policy: ipFilter, params: { deny: 10.0.0.0/8 } }""")
                        .allows(200, () -> Sent.get("x-forwarded-for", "192.0.2.1"))
                        .denies(403, () -> Sent.get("x-forwarded-for", "10.1.2.3"))
                        .wrong("{ allow: 0127.0.0.1 }"),
                new PolicyRow("celRule", """
                        { policy: celRule, params: { deny_if: "request.path.endsWith('/denied')" } }""")
                        .allows(200, Sent::get)
                        .denies(403, () -> new Sent("GET", "/denied"))
                        .wrong("{ deny_if: 'request.path +' }"),
                new PolicyRow("corsHeaders", """
                        { policy: corsHeaders, params: { allow_origins: "https://app.example.com" } }""")
                        .allows(204, () -> preflight("https://app.example.com"))
                        .denies(204, () -> preflight("https://evil.test"))
                        .wrong("{ allow_origins: '*', allow_credentials: true }"),
                new PolicyRow("addSecurityHeaders", """
                        { policy: addSecurityHeaders, params: { content_security_policy: { nonce: true } } }""")
                        .inBothFlows()
                        .allows(200, Sent::get)
                        .denies(200, Sent::get)
                        .wrong("{ headers: { 'no name': x } }"),
                new PolicyRow("csrf", """
                        { policy: csrf, params: { allow_origins: "https://app.example.com" } }""")
                        .allows(200, () -> new Sent("POST", "", "origin", "https://app.example.com"))
                        .denies(403, () -> new Sent("POST", "", "origin", "https://evil.test"))
                        .wrong("{ allow_origins: 'no origin' }"),
                new PolicyRow("botFilter", """
                        { policy: botFilter, params: { deny_user_agents: "(?i)bot" } }""")
                        .allows(200, () -> Sent.get("user-agent", "Mozilla/5.0"))
                        .denies(403, () -> Sent.get("user-agent", "EvilBot/1.0"))
                        .wrong("{ deny_user_agents: '(' }"),
                new PolicyRow("apiKeyAuth", """
                        { policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }""")
                        .allows(200, () -> Sent.get("x-api-key", "alices-key"))
                        .denies(403, () -> Sent.get("x-api-key", "others-key"))
                        .wrong("{ header_name: 'no name' }"),
                new PolicyRow("basicAuth", """
                        { policy: basicAuth, params: { users: { alice: "{SHA}HyHjC/2o54DBcrn3W367/BjmyHk=" } } }""")
                        .allows(200, () -> Sent.get("authorization", "Basic YWxpY2U6aHVzaA=="))
                        .denies(401, () -> Sent.get("authorization", "Basic YWxpY2U6d3Jvbmc="))
                        .wrong("{ users: { alice: unhashed } }"));
    }

    /** What a proxy that ends TLS before Envoy tells of the certificate of such a workload. */
    private static String certificate(String name) {
        return "Hash=" + "0a".repeat(32) + ";URI=spiffe://example.org/" + name;
    }

    private static Sent preflight(String origin) {
        return new Sent("OPTIONS", "", "origin", origin, "access-control-request-method", "PUT");
    }

    @Test
    void eachAllowsDeniesAndHoldsWhatItPromisesWhileItsDependencyIsDown() {
        try (TestConf conf = TestConf.ofTests()
                        .replacing("kernel.yaml", "unknown_route:", "trusted_hops: 2\n  unknown_route:")
                        // The first gRPC call of a busy machine takes longer than the default.
                        .replacing("worker.yaml", "server:", """
                                targets: { decider: { url: "%s", timeout_ms: 4000 } }
                                  server:""".formatted(dependencies.url("")));
                PolicyTable table = new PolicyTable(conf, rows())) {
            table.require(dependencies::goDown, dependencies::comeBack);
        } finally {
            dependencies.close();
        }
    }
}
