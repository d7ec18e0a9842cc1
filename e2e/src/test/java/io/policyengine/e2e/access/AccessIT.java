package io.policyengine.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Browser;
import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;

/** Policies that let clients in or not by where they come from, behind a real Envoy; those for browsers with a real one. */
@ParameterizedClass
@EachEnvoy
class AccessIT {
    private static final String ROUTES = """
            chains:
              any-origin: [{ policy: corsHeaders, params: { allow_origins: '^http://127\\.0\\.0\\.1:[0-9]+$',
                allow_methods: [GET, PUT], allow_headers: [X-API-Key, Content-Type], expose_headers: X-Frame-Options } }]
              other-origin: [{ policy: corsHeaders, params: { allow_origins: "https://app.example.com", allow_methods: PUT } }]
            route_policies:
              - route_name: /cors
                request_flow:
                  policy_chain:
                    - { chain: any-origin }
                    - { policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }
                response_flow: { policy_chain: [{ policy: addSecurityHeaders }, { chain: any-origin }] }
              - route_name: /cors-other
                request_flow: { policy_chain: [{ chain: other-origin }] }
                response_flow: { policy_chain: [{ chain: other-origin }] }
              - route_name: /csrf
                request_flow: { policy_chain: [{ policy: csrf }] }
              - route_name: /bots
                request_flow: { policy_chain: [{ policy: botFilter, params: { deny_user_agents: "(?i)bot" } }] }
              - route_name: /rule
                request_flow: { policy_chain: [{ policy: celRule, params: { allow_if: 'request.headers["x-a"] == "1"' } }] }
              - route_name: /filtered
                request_flow:
                  policy_chain: [{ policy: ipFilter, params: { deny: 203.0.113.0/24, default: allow } }]
              - route_name: /certified
                request_flow: { policy_chain: [{ policy: clientCertificate }] }
            """;

    private static @Nullable Access started;

    private final Access access;

    private record Access(TestConf conf, EngineProcess engine, Upstream upstream, EnvoyProcess envoy)
            implements AutoCloseable {
        static Access start(EnvoyVersion version) {
            // What the test writes into X-Forwarded-For is what a proxy before Envoy does.
            TestConf conf = TestConf.ofTests()
                    .replacing("kernel.yaml", "unknown_route:", "trusted_hops: 2\n  unknown_route:")
                    .with("routes/access.yaml", ROUTES);
            EngineProcess engine = EngineProcess.embedded(conf);
            Upstream upstream = Upstream.start();
            try {
                EnvoyProcess envoy = EnvoyProcess.start(version, conf.directory(), engine.port(), upstream.port());
                return new Access(conf, engine, upstream, envoy);
            } catch (RuntimeException | Error failure) {
                engine.close();
                upstream.close();
                throw failure;
            }
        }

        @Override
        public void close() {
            envoy.close();
            engine.close();
            upstream.close();
            conf.close();
        }
    }

    AccessIT(EnvoyVersion version) {
        if (started == null) {
            throw new IllegalStateException(version + " is not started");
        }
        this.access = started;
    }

    @BeforeParameterizedClassInvocation
    static void start(EnvoyVersion version) {
        started = Access.start(version);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    private Web.Answer send(String method, String path, String... headers) {
        return Web.send(method, access.envoy().port(), path, "", headers);
    }

    @Test
    void aBrowserUsesARouteOfAnotherOriginAsFarAsItIsAllowed() {
        int before = access.upstream().received();

        JsonObject told = Browser.run("""
                const api = "http://127.0.0.1:%d";
                const call = (path, headers, method = "PUT") => fetch(api + path, { method, headers, body: "{}" })
                  .then(async answer => answer.status + " " + answer.headers.get("x-frame-options"))
                  .catch(error => error.name);
                return {
                  allowed: await call("/cors", { "X-API-Key": "alices-key", "Content-Type": "application/json" }),
                  denied: await call("/cors", { "X-API-Key": "wrong" }),
                  field: await call("/cors", { "X-API-Key": "alices-key", "X-Other": "1" }),
                  method: await call("/cors", { "X-API-Key": "alices-key" }, "DELETE"),
                  origin: await call("/cors-other", {}),
                  forged: await fetch(api + "/csrf", { method: "POST", mode: "no-cors", body: "a=b" }).then(answer => answer.type)
                };
                """.formatted(access.envoy().port()));

        assertThat(told.getMap())
                .containsEntry("allowed", "200 DENY")
                .containsEntry("denied", "403 DENY")
                .containsEntry("field", "TypeError")
                .containsEntry("method", "TypeError")
                .containsEntry("origin", "TypeError")
                .containsEntry("forged", "opaque");
        assertThat(access.upstream().received()).isEqualTo(before + 1);
    }

    @Test
    void aPreflightRequestIsAnsweredBeforeAuthenticationAndADenialIsMarked() {
        Web.Answer preflight =
                send("OPTIONS", "/cors", "Origin", "http://127.0.0.1:1", "Access-Control-Request-Method", "PUT");
        Web.Answer refused =
                send("OPTIONS", "/cors", "Origin", "https://evil.example", "Access-Control-Request-Method", "PUT");
        Web.Answer denial = send("GET", "/cors", "Origin", "http://127.0.0.1:1");

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("access-control-allow-origin")).isEqualTo("http://127.0.0.1:1");
        assertThat(preflight.header("access-control-allow-methods")).isEqualTo("GET, PUT");
        assertThat(refused.status()).isEqualTo(204);
        assertThat(refused.header("access-control-allow-origin")).isNull();
        assertThat(refused.header("vary")).isEqualTo("Origin");
        assertThat(denial.status()).isEqualTo(401);
        assertThat(denial.header("access-control-allow-origin")).isEqualTo("http://127.0.0.1:1");
        assertThat(denial.header("vary")).isEqualTo("Origin");
    }

    @Test
    void aChangeOfTheSameOriginPassesThoughEnvoyDropsThePort() {
        String own = "http://127.0.0.1:" + access.envoy().port();

        assertThat(send("POST", "/csrf", "Origin", own).status()).isEqualTo(200);
        assertThat(send("POST", "/csrf", "Origin", "http://127.0.0.1:1").status())
                .isEqualTo(403);
        assertThat(send("POST", "/csrf").status()).isEqualTo(403);
    }

    @Test
    void anAddressThatIsNoneOrIsDeniedDoesNotPass() {
        assertThat(from("198.51.100.1")).isEqualTo(200);
        assertThat(from("198.51.100.1:8080")).isEqualTo(200);
        assertThat(from("[2001:db8::1]:8080")).isEqualTo(200);
        assertThat(from("203.0.113.7, 198.51.100.1")).isEqualTo(200);
        for (String denied : new String[] {
            "203.0.113.7",
            "203.0.113.7:8080",
            "[::ffff:203.0.113.7]:8080",
            "::ffff:cb00:7107",
            "198.51.100.1, 203.0.113.7",
            "0313.0.113.7",
            "0xcb.0.113.7",
            "203.0.28935",
            "3405803783",
            "fe80::1%25eth0",
            "198.51.100.1 198.51.100.2",
            "unknown"
        }) {
            assertThat(from(denied)).as(denied).isEqualTo(403);
        }
    }

    private int from(String forwardedFor) {
        return send("GET", "/filtered", "X-Forwarded-For", forwardedFor).status();
    }

    @Test
    void whatClientsSayOfThemselvesIsJudged() {
        assertThat(send("GET", "/bots", "User-Agent", "Firefox").status()).isEqualTo(200);
        assertThat(send("GET", "/bots", "User-Agent", "EvilBot").status()).isEqualTo(403);
        assertThat(send("GET", "/rule", "X-A", "1").status()).isEqualTo(200);
        assertThat(send("GET", "/rule", "X-A", "2").status()).isEqualTo(403);
        assertThat(send("GET", "/rule").status()).isEqualTo(500);
        assertThat(send(
                                "GET",
                                "/certified",
                                "X-Forwarded-Client-Cert",
                                "Hash=99ab9660c4e55f77fd420904b46180434242e63be70f6bb54084c9a4abccc941;URI=spiffe://a/b")
                        .status())
                .isEqualTo(401);
    }
}
