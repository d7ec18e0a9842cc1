package io.policyengine.policies.authentication.basicauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.work.Lane;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BasicAuthTest {
    private static final BasicAuthFactory FACTORY = new BasicAuthFactory();
    private static final String SECRET_SHA = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=";
    private static final String OTHER_APR1 = "$apr1$xyzzy1$8ZGe7Enudiz8MhBe5gWcV0";
    private static final String BCRYPT = "$2y$04$DPmSlkmkuOiWr7.Oe4jAmeXmQxqHwSmicuJ9T2T2jIZYAUhqGdqRO";
    private static final String UNHURRIED = "\nclient_failures: 0\nuser_failures: 0";
    private static final String PARAMS = "users: { alice: '" + SECRET_SHA + "' }";

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void remembersAVerifiedPasswordForAMinute() {
        var tester = PolicyTester.of(FACTORY, PARAMS, environment);
        tester.request(credentials("alice:secret"));
        environment.holdBlocking();

        assertThat(tester.request(credentials("alice:secret")).isDenied()).isFalse();
        environment.advance(Duration.ofSeconds(59));
        assertThat(tester.request(credentials("alice:secret")).isDenied()).isFalse();
        environment.advance(Duration.ofSeconds(1));

        assertThat(later(tester, "alice:secret").isComplete()).isFalse();
        assertThat(environment.cache("verifications")).hasToString("2 hits, 0 stale, 2 missed");
    }

    @Test
    void remembersOnlyWhatWasRightAndOnlyForTheSameHash() {
        var tester = PolicyTester.of(FACTORY, PARAMS, environment);
        tester.request(credentials("alice:secret"));
        tester.request(credentials("alice:wrong"));
        tester.request(credentials("mallory:secret"));
        environment.holdBlocking();

        assertThat(later(tester, "alice:wrong").isComplete()).isFalse();
        assertThat(later(tester, "mallory:secret").isComplete()).isFalse();
        assertThat(later(tester, "alice:secret").isComplete()).isTrue();
        var changed = PolicyTester.of(FACTORY, "users: { alice: '" + OTHER_APR1 + "' }", environment);
        assertThat(later(changed, "alice:secret").isComplete()).isFalse();
        var reloaded = PolicyTester.of(FACTORY, PARAMS + "\nrealm: other", environment);
        assertThat(later(reloaded, "alice:secret").isComplete()).isTrue();
    }

    /** The hash of the new name is then the one that the unknown old name is tried with. */
    @Test
    void aRenamedUserIsUnknownAtOnceUnderTheOldName() {
        environment.writeFile("users", "alice:" + SECRET_SHA + "\n");
        var tester = PolicyTester.of(FACTORY, "htpasswd_file: users", environment);
        assertThat(tester.request(credentials("alice:secret")).isDenied()).isFalse();

        environment.writeFile("users", "alicia:" + SECRET_SHA + "\n");

        assertThat(tester.request(credentials("alicia:secret")).isDenied()).isFalse();
        assertThat(tester.request(credentials("alice:secret")).isDenied()).isTrue();
    }

    @Test
    void aRenamedUserDoesNotJoinAVerificationOfTheOldName() {
        environment.writeFile("users", "alice:" + SECRET_SHA + "\n");
        var tester = PolicyTester.of(FACTORY, "htpasswd_file: users", environment);
        environment.holdBlocking();
        var before = later(tester, "alice:secret");
        environment.writeFile("users", "alicia:" + SECRET_SHA + "\n");

        var after = later(tester, "alice:secret");
        environment.runHeld();

        assertThat(before.result().isDenied()).isFalse();
        assertThat(after.result().isDenied()).isTrue();
    }

    @Test
    void triesAHashForUnknownUsersToo() {
        var tester = PolicyTester.of(FACTORY, PARAMS, environment);
        environment.holdBlocking();

        var unknown = later(tester, "mallory:secret");

        assertThat(unknown.isComplete()).isFalse();
        environment.runHeld();
        assertThat(unknown.result().denial().status()).isEqualTo(401);
    }

    /** A coarse statistic: medians of measurements that take turns, so that a busy machine moves both. */
    @Test
    void wrongPasswordsTakeTheSameTimeForEachUserAndForNone() {
        var tester = PolicyTester.of(
                FACTORY, "users: { alice: '" + SECRET_SHA + "', bob: '" + BCRYPT + "' }" + UNHURRIED, environment);
        List<String> users = List.of("mallory", "alice", "bob");
        long[][] nanos = new long[users.size()][100];

        for (int i = 0; i < 100; i++) {
            for (int user = 0; user < users.size(); user++) {
                nanos[user][i] = nanos(tester, users.get(user) + ":wrong");
            }
        }

        for (long[] ofUser : nanos) {
            Arrays.sort(ofUser);
            assertThat((double) ofUser[50] / nanos[0][50]).isBetween(0.5, 2.0);
        }
    }

    private static long nanos(PolicyTester tester, String pair) {
        long start = System.nanoTime();
        assertThat(tester.request(credentials(pair)).isDenied()).isTrue();
        return System.nanoTime() - start;
    }

    @Test
    void eachVerificationHasTheMemoryOfTheDearestHash() {
        var tester = PolicyTester.of(
                FACTORY,
                "users: { alice: '" + SECRET_SHA
                        + "', bob: '$argon2id$v=19$m=4096,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$2nVhIJkQv6VMQOmoGz70yw' }",
                environment);

        assertThat(tester.request(credentials("alice:secret")).isDenied()).isFalse();
        assertThat(tester.request(credentials("mallory:secret")).isDenied()).isTrue();

        assertThat(environment.declared())
                .hasSize(2)
                .allSatisfy(work -> assertThat(work.heapBytes()).isGreaterThan(4096 * 1024));
    }

    @Test
    void aPasswordThatComesSeveralTimesAtOnceIsHashedOnce() {
        var tester = PolicyTester.of(FACTORY, PARAMS, environment);
        environment.holdBlocking();

        List<Future<RequestRun>> right =
                Stream.generate(() -> later(tester, "alice:secret")).limit(6).toList();
        List<Future<RequestRun>> wrong =
                Stream.generate(() -> later(tester, "alice:wrong")).limit(6).toList();

        assertThat(environment.declared()).hasSize(2);
        environment.runHeld();
        assertThat(right).allSatisfy(run -> assertThat(run.result().isDenied()).isFalse());
        assertThat(wrong).allSatisfy(run -> assertThat(run.result().isDenied()).isTrue());
    }

    @Test
    void refusesAsOverloadRatherThanQueueWithoutBound() {
        var tester = PolicyTester.of(FACTORY, PARAMS + UNHURRIED, environment);
        environment.holdBlocking();
        List<Future<RequestRun>> waiting = new ArrayList<>();
        for (int i = 0; i < Verifications.MAX_PENDING; i++) {
            waiting.add(later(tester, "alice:wrong" + i));
        }

        var oneMore = later(tester, "alice:secret");

        assertThat(oneMore.cause())
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
        environment.runHeld();
        assertThat(waiting)
                .allSatisfy(run -> assertThat(run.result().isDenied()).isTrue());
        assertThat(later(tester, "alice:secret").result().isDenied()).isFalse();
    }

    @Test
    void slowsDownWhoSendsWrongPasswordsBeforeAnythingIsHashed() {
        var tester = PolicyTester.of(FACTORY, PARAMS + "\nclient_failures: 2", environment);
        tester.request(credentials("alice:secret"));
        tester.request(credentials("alice:wrong"));
        tester.request(credentials("bob:wrong"));
        int hashed = environment.declared().size();

        var refused = tester.request(credentials("carol:wrong")).denial();

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().getAll("retry-after")).containsExactly("2");
        assertThat(environment.declared()).hasSize(hashed);
        assertThat(tester.request(credentials("alice:secret")).isDenied()).isFalse();
        environment.advance(Duration.ofSeconds(2));
        assertThat(tester.request(credentials("carol:wrong")).denial().status()).isEqualTo(401);
    }

    @Test
    void saysHowMuchMemoryAHashTakesAndTakesAThreadOfPasswords() {
        var tester = PolicyTester.of(
                FACTORY,
                "users: { bob: '$argon2id$v=19$m=4096,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$2nVhIJkQv6VMQOmoGz70yw' }",
                environment);

        tester.request(credentials("bob:wrong"));

        assertThat(environment.declared()).singleElement().satisfies(work -> {
            assertThat(work.lane()).isEqualTo(Lane.PASSWORDS);
            assertThat(work.heapBytes()).isGreaterThan(4096 * 1024);
        });
    }

    @Test
    void refusesAHashForWhichThereIsNoMemoryWhenTheChainIsPrepared() {
        var large = "users: { bob: '$argon2id$v=19$m=262144,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$2nVhIJkQv6VMQOmoGz70yw' }";

        assertThatThrownBy(() -> PolicyTester.of(FACTORY, large, environment))
                .hasMessageContaining("/users/bob")
                .hasMessageContaining("raise the heap (POLICY_ENGINE_HEAP), or hash with a smaller m");
    }

    @Test
    void failsWhenVerifyingFailsAndGivesThePermitBack() {
        var tester = PolicyTester.of(FACTORY, PARAMS, environment);
        var failure = new IllegalStateException("no thread");
        environment.failBlocking(failure);

        for (int i = 0; i <= Verifications.MAX_PENDING; i++) {
            assertThat(later(tester, "alice:secret" + i).cause()).isSameAs(failure);
        }
    }

    @Test
    void showsNoSecretWhereRecordsBecomeText() {
        var params = new BasicAuthParams("r", Map.of("alice", SECRET_SHA), null, true, true, 20, 20, DenialFormat.JSON);
        List<Object> records = List.of(
                params,
                new Credentials.Basic("alice", "secret"),
                PasswordHash.parse(SECRET_SHA),
                PasswordHash.parse(OTHER_APR1),
                PasswordHash.parse(BCRYPT),
                PasswordHash.parse("$argon2id$v=19$m=256,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$2nVhIJkQv6VMQOmoGz70yw"));

        assertThat(records.toString())
                .isEqualTo("[BasicAuthParams[realm=r, users=1], Basic[***], Sha1[***], Apr1[***], Bcrypt[***],"
                        + " Argon2id[***]]");
    }

    @Test
    void logsNothingOfARequest() {
        try (var log = CapturedLog.of("io.policyengine")) {
            var tester = PolicyTester.of(FACTORY, PARAMS, environment);

            tester.request(credentials("alice:secret"));
            tester.request(credentials("alice:wrong"));

            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void refusesHugeCredentialsLikeAnyOther() {
        var tester = PolicyTester.of(FACTORY, PARAMS, environment);

        assertThat(tester.request(credentials("alice:" + "x".repeat(1_000_000)))
                        .denial()
                        .status())
                .isEqualTo(401);
        assertThat(tester.request(credentials("a".repeat(1_000_000) + ":x"))
                        .denial()
                        .status())
                .isEqualTo(401);
    }

    private static Future<RequestRun> later(PolicyTester tester, String pair) {
        return tester.requestLater(credentials(pair), Metadata.empty());
    }

    private static RequestView credentials(String pair) {
        String token = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return TestMessages.get("/", "authorization", "Basic " + token);
    }
}
