package io.policyengine.policies.authentication.oauth2introspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final String ACTIVE = "{\"active\": true, \"sub\": \"alice\"}";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget server = environment.useTarget("as").answer(200, ACTIVE);

    @Test
    void manyWhoBringTheSameTokenCostOneCall() {
        server.after(Duration.ofMillis(100));
        PolicyTester tester = tester("");

        List<Future<RequestRun>> runs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            runs.add(ask(tester, "same"));
        }
        environment.advance(Duration.ofMillis(100));

        assertThat(runs)
                .allSatisfy(run -> assertThat(run.result().request().headers().get("x-user-id"))
                        .isEqualTo("alice"));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aFloodOfTokensIsBounded() {
        server.hang();
        PolicyTester tester = tester("");

        for (int i = 0; i < 256; i++) {
            assertThat(ask(tester, "token" + i).isComplete()).isFalse();
        }
        Future<RequestRun> refused = ask(tester, "one.more");

        assertThat(refused.cause())
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(server.underWay()).isEqualTo(256);
        environment.advance(FakeTarget.TIMEOUT);
        assertThat(server.underWay()).isZero();
    }

    @Test
    void holdsABoundedNumberOfAnswers() {
        PolicyTester tester = tester("cache: { max_entries: 10 }");
        for (int i = 0; i < 100; i++) {
            ask(tester, "token" + i);
        }
        int before = server.requests().size();

        for (int i = 0; i < 100; i++) {
            ask(tester, "token" + i);
        }

        assertThat(server.requests().size() - before).isGreaterThanOrEqualTo(90);
    }

    @Test
    void aTokenThatIsUsedIsAskedForAheadSoThatNobodyWaits() {
        PolicyTester tester = tester("");
        ask(tester, "used");
        server.after(Duration.ofMillis(400));
        environment.advance(Duration.ofSeconds(57));

        assertThat(ask(tester, "used").isComplete()).isTrue();
        environment.advance(Duration.ofSeconds(4));

        assertThat(ask(tester, "used").isComplete()).isTrue();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void answersOutliveAReload() {
        ask(tester(""), "abc");

        ask(tester(""), "abc");
        ask(tester("realm: other"), "abc");

        assertThat(server.requests()).hasSize(2);
    }

    private PolicyTester tester(String more) {
        return PolicyTester.of(
                new Oauth2IntrospectionFactory(), "target: as\nclient: { id: gate, secret: s }\n" + more, environment);
    }

    private static Future<RequestRun> ask(PolicyTester tester, String token) {
        return tester.requestLater(TestMessages.get("/", "authorization", "Bearer " + token), Metadata.empty());
    }
}
