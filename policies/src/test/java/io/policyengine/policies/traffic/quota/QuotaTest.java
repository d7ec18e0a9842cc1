package io.policyengine.policies.traffic.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Question;
import io.policyengine.core.store.StoreException;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeStore;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class QuotaTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeStore store = environment.useStore("redis");

    private PolicyTester quota(String limits) {
        return PolicyTester.of(new QuotaFactory(), "store: redis\nlimits: " + limits, environment);
    }

    private static void asAlice(PolicyTester tester) {
        tester.request(
                TestMessages.get("/"),
                Metadata.of(Map.of("identity.id", JsonNodeFactory.instance.stringNode("alice"))));
    }

    private static JsonNode state(PolicyTester tester, String key) {
        return tester.policy().ask(new Question("quotas", Map.of("key", key))).result();
    }

    @Test
    void tellsOperatorsWhatIsLeftAndCountsNothingByIt() {
        PolicyTester tester =
                quota("[{ name: daily, requests: 10, per: day }, { name: weekly, requests: 5, per: week }]");
        asAlice(tester);
        asAlice(tester);
        tester.request(TestMessages.get("/"));

        for (int i = 0; i < 3; i++) {
            assertThat(JSON.readTree(state(tester, "alice").toString())).isEqualTo(JSON.readTree("""
                    { "limits": [
                      { "name": "daily", "limit": 10, "used": 2, "remaining": 8, "reset_s": 86400 },
                      { "name": "weekly", "limit": 5, "used": 2, "remaining": 3, "reset_s": 345600 } ] }"""));
        }
        assertThat(state(tester, "192.0.2.1").at("/limits/0/used").intValue()).isOne();
        assertThat(state(tester, "bob").at("/limits/0/used").intValue()).isZero();
    }

    @Test
    void idsOfDifferentIssuersAreCountedApart() {
        PolicyTester tester = quota("[{ name: daily, requests: 10, per: day }]");
        asAlice(tester);
        for (String issuer : new String[] {"https://partner.example", "https://partner.example", "a|b%"}) {
            tester.request(
                    TestMessages.get("/"),
                    Metadata.of(Map.of(
                            "identity.id",
                            JsonNodeFactory.instance.stringNode("alice"),
                            "identity.issuer",
                            JsonNodeFactory.instance.stringNode(issuer))));
        }

        assertThat(state(tester, "alice").at("/limits/0/used").intValue()).isOne();
        assertThat(state(tester, "https://partner.example|alice")
                        .at("/limits/0/used")
                        .intValue())
                .isEqualTo(2);
        assertThat(state(tester, "a|b%|alice").at("/limits/0/used").intValue()).isZero();
        assertThat(state(tester, "a%7Cb%25|alice").at("/limits/0/used").intValue())
                .isOne();
    }

    @Test
    void anIdThatLooksLikeIssuerAndIdIsReadAsWhatIsWritten() {
        PolicyTester tester = quota("[{ name: daily, requests: 10, per: day }]");
        Map<String, String> issuers = Map.of("auth0|123", "", "123", "auth0");
        issuers.forEach((id, issuer) -> tester.request(
                TestMessages.get("/"),
                Metadata.of(Map.of(
                        "identity.id",
                        JsonNodeFactory.instance.stringNode(id),
                        "identity.issuer",
                        JsonNodeFactory.instance.stringNode(issuer)))));
        for (int i = 0; i < 2; i++) {
            tester.request(
                    TestMessages.get("/"),
                    Metadata.of(Map.of(
                            "identity.id",
                            JsonNodeFactory.instance.stringNode("auth0|123"),
                            "identity.issuer",
                            JsonNodeFactory.instance.stringNode("https://auth.example.com"))));
        }

        assertThat(state(tester, "|auth0|123").at("/limits/0/used").intValue()).isOne();
        assertThat(state(tester, "auth0|123").at("/limits/0/used").intValue()).isOne();
        assertThat(state(tester, "https://auth.example.com|auth0|123")
                        .at("/limits/0/used")
                        .intValue())
                .isEqualTo(2);
    }

    @Test
    void keysOfEveryKindAreFoundByTheirTexts() {
        PolicyTester tester = quota("""
                [{ name: header, requests: 10, per: day, key: "header:x-tenant" },
                 { name: expression, requests: 10, per: day, key: "request.headers['x-tenant'] + '!'" },
                 { name: address, requests: 10, per: day, key: client_ip }]""");
        tester.request(TestMessages.get("/", "x-tenant", Octets.fromText("ü")));

        assertThat(state(tester, "ü").at("/limits/0/used").intValue()).isOne();
        assertThat(state(tester, "ü!").at("/limits/1/used").intValue()).isOne();
        assertThat(state(tester, "192.0.2.1").at("/limits/2/used").intValue()).isOne();
        assertThat(state(tester, "192.0.2.1").at("/limits/0/used").intValue()).isZero();
    }

    @Test
    void saysSoWhereTheStoreCannotTell() {
        PolicyTester tester = quota("[{ requests: 10, per: day }]");
        store.fail(StoreException.Kind.TIMEOUT);

        assertThat(state(tester, "alice")).isEqualTo(JSON.readTree("{\"store_failure\": \"timeout\"}"));
    }

    @Test
    void leavesOtherQuestionsToOthers() {
        PolicyTester tester = quota("[{ requests: 10, per: day }]");

        assertThat(tester.policy()
                        .ask(new Question("purge", Map.of("key", "x")))
                        .result())
                .isNull();
        assertThat(tester.policy().ask(new Question("quotas", Map.of())).result())
                .isNull();
    }

    @Test
    void aClockThatIsSetBackAndForwardStartsNoQuotaAgain() {
        PolicyTester tester = PolicyTester.of(new QuotaFactory(), "limits: [ { requests: 3, per: day } ]", environment);
        for (int i = 0; i < 3; i++) {
            assertThat(tester.request(TestMessages.get("/")).isDenied()).isFalse();
        }

        for (int day = 0; day < 3; day++) {
            assertThat(tester.request(TestMessages.get("/")).isDenied()).isTrue();
            environment.time().setClock(Duration.ofDays(-1));
            assertThat(tester.request(TestMessages.get("/")).isDenied()).isTrue();
            environment.time().setClock(Duration.ofDays(1));
        }
        environment.advance(Duration.ofDays(1));
        assertThat(tester.request(TestMessages.get("/")).isDenied()).isFalse();
    }

    @Test
    void goesOnWithWhatWasUsedWhereTheNumberChanges() {
        PolicyTester before = quota("[{ requests: 2, per: day }]");
        asAlice(before);
        asAlice(before);

        PolicyTester after = quota("[{ requests: 3, per: day }]");
        asAlice(after);
        assertThat(state(after, "alice").at("/limits/0/used").intValue()).isEqualTo(3);
    }
}
