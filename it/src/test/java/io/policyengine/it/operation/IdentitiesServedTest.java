package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.it.engine.StandardEngine;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Identities in chains of a whole engine: a later identity replaces the former, and no client gets another's answer. */
class IdentitiesServedTest extends StandardEngine {
    private static final String OURS = "a secret of us, thirty-two octets";
    private static final String THEIRS = "a secret of a partner, of 32 octets";
    private static final String AUTHENTICATION = """
            { policy: jwtValidation, params: { required: false, claims_to_headers: { X-Tenant: tenant }, issuers: [ { issuer: me, secret: "%s" }, { issuer: partner, secret: "%s" } ] } },
                    { policy: apiKeyAuth, params: { required: false, keys: [ { consumer: bob, plain: k }, { consumer: gold, plain: g, attributes: { tier: gold } } ] } }""".formatted(OURS, THEIRS);

    @BeforeEach
    void serve() {
        kernel();
        routes("identities.yaml", """
                  - route_name: /seen
                    request_flow:
                      policy_chain: [ %s,
                        { policy: transformHeaders, params: { set: { X-Seen: "${identity.id} ${metadata.user_tier} ${metadata.identity.issuer} ${request.header.X-Tenant}" } } } ]
                  - route_name: /cached
                    request_flow: { policy_chain: [ %s, { policy: cache } ] }
                    response_flow: { policy_chain: [ { policy: cache } ] }
                """.formatted(AUTHENTICATION, AUTHENTICATION));
        start();
    }

    @Test
    void aLaterIdentityHasNothingOfTheFormer() {
        String mallory = token("partner", "mallory", THEIRS, "\"tier\":\"gold\",\"tenant\":\"evil\"");

        assertThat(seen("authorization", mallory)).isEqualTo("mallory gold partner evil");
        assertThat(seen("authorization", mallory, "x-api-key", "k")).isEqualTo("bob");
        assertThat(seen("x-api-key", "g")).isEqualTo("gold gold");
        HeaderMap reached = exchange("/seen", "upstream", "authorization", mallory, "x-api-key", "k")
                .reached()
                .headers();
        assertThat(reached.getAll("x-user-id")).containsExactly("bob");
        assertThat(reached.contains("x-tenant")).isFalse();
    }

    @Test
    void aPartnersUsersDoNotShareAnswersAndATokensOwnerDoes() {
        String alice = token("me", "alice", OURS, "\"tenant\":\"a\",\"jti\":\"1\"");
        String renewed = token("me", "alice", OURS, "\"jti\":\"2\",\"tenant\":\"a\"");
        String elsewhere = token("me", "alice", OURS, "\"tenant\":\"b\"");
        String partners = token("partner", "alice", THEIRS, "\"tenant\":\"a\"");

        assertThat(cached("a", "authorization", alice)).isEqualTo("a");
        assertThat(cached("b", "authorization", renewed)).isEqualTo("a");
        assertThat(cached("c", "authorization", elsewhere)).isEqualTo("c");
        assertThat(cached("d", "authorization", partners)).isEqualTo("d");
        assertThat(cached("e", "authorization", "Basic a", "x-api-key", "k")).isEqualTo("e");
        assertThat(cached("f", "authorization", "Basic b", "x-api-key", "k")).isEqualTo("f");
        assertThat(cached("g", "authorization", "Basic a", "x-api-key", "k")).isEqualTo("e");
        assertThat(cached("h", "dpop", "a", "x-api-key", "k")).isEqualTo("h");
        assertThat(cached("i", "dpop", "b", "x-api-key", "k")).isEqualTo("i");
    }

    private String seen(String... fields) {
        return String.valueOf(exchange("/seen", "upstream", fields).reached().header("x-seen"))
                .strip();
    }

    private String cached(String answer, String... fields) {
        return exchange("/cached", answer, fields).response().bodyText();
    }

    private SimResult exchange(String route, String answer, String... fields) {
        return engine.exchange(
                route,
                SimRequest.get("/", fields),
                SimResponse.of(200, answer).withHeader("cache-control", "public, max-age=60"));
    }

    private static String token(String issuer, String subject, String secret, String claims) {
        String signed = encoded("{\"alg\":\"HS256\"}")
                + "."
                + encoded("{\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":9999999999,%s}".formatted(issuer, subject, claims));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
            return "Bearer " + signed + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
