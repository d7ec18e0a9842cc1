package io.policyengine.policies.authentication.apikeyauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.shared.cookie.Cookies;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ApiKeyAuthTest {
    private static final ApiKeyAuthFactory FACTORY = new ApiKeyAuthFactory();
    private static final String SECRET = "hunter2-hunter2";

    @Test
    void warnsOnceOfPlainKeysAndNeverLogsOne() {
        try (var log = CapturedLog.of("io.policyengine")) {
            var environment = new FakeEnvironment();
            environment.writeFile("keys.yaml", "[ { consumer: file, plain: " + SECRET + "2 } ]");
            var tester = PolicyTester.of(
                    FACTORY,
                    "{ keys: [ { consumer: bob, plain: " + SECRET + " } ], key_file: keys.yaml }",
                    environment);

            tester.request(TestMessages.get("/", "x-api-key", SECRET));
            tester.request(TestMessages.get("/", "x-api-key", SECRET + "3"));

            assertThat(log.messages())
                    .containsExactly(
                            "WARN apiKeyAuth: number of plain-text keys in a key file: 1; anyone who can read the file "
                                    + "can use them: give sha256 instead of plain",
                            "WARN apiKeyAuth: number of plain-text keys in the parameters: 1; anyone who can read the "
                                    + "configuration can use them: give sha256 instead of plain")
                    .noneMatch(message -> message.contains(SECRET));
        }
    }

    /** A coarse statistic: medians of measurements that take turns, so that a busy machine moves both. */
    @Test
    void aKeyThatIsNearlyRightTakesAsLongAsOneThatIsNotRightAtAll() {
        var tester = PolicyTester.of(FACTORY, "{ keys: [ { consumer: bob, plain: " + SECRET + " } ] }");
        String nearly = SECRET.substring(0, SECRET.length() - 1) + "3";
        String notAtAll = "x".repeat(SECRET.length());
        long[] first = new long[2_000];
        long[] second = new long[2_000];

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < first.length; i++) {
                first[i] = nanos(tester, nearly);
                second[i] = nanos(tester, notAtAll);
            }
        }
        Arrays.sort(first);
        Arrays.sort(second);

        assertThat((double) first[1_000] / second[1_000]).isBetween(0.5, 2.0);
    }

    private static long nanos(PolicyTester tester, String key) {
        long start = System.nanoTime();
        assertThat(tester.request(TestMessages.get("/", "x-api-key", key)).isDenied())
                .isTrue();
        return System.nanoTime() - start;
    }

    @Test
    void namesNoKeyWhenAFileIsDamaged() {
        var environment = new FakeEnvironment();
        List<String> damaged = List.of(
                "[ { consumer: a, plain: " + SECRET,
                "- consumer: a\n  plain: [" + SECRET + "]",
                "- consumer: a\n  sha256: " + SECRET,
                "- consumer: a\n  plain: " + SECRET + "\n  plain: " + SECRET,
                "- " + SECRET,
                SECRET,
                "\t" + SECRET + ": {");

        for (String text : damaged) {
            environment.writeFile("keys.yaml", text);
            assertThatExceptionOfType(InvalidParamsException.class)
                    .as(text)
                    .isThrownBy(() -> PolicyTester.of(FACTORY, "key_file: keys.yaml", environment))
                    .satisfies(refusal -> {
                        assertThat(refusal.problems()).hasSize(1);
                        assertThat(refusal.getMessage())
                                .contains("/key_file", "keys.yaml: line ")
                                .doesNotContain(SECRET);
                    });
        }
    }

    @Test
    void hidesKeysWhereRecordsBecomeText() {
        var entry = new ApiKeyEntry("bob", "digest", SECRET, null, Map.of());

        assertThat(List.of(entry).toString()).isEqualTo("[ApiKeyEntry[bob]]");
    }

    @Test
    void refusesHugeAndStrangeKeysLikeAnyOther() {
        var tester =
                PolicyTester.of(FACTORY, "{ keys: [ { consumer: bob, plain: k } ], query_param: k, cookie_name: k }");
        String huge = "k".repeat(1_000_000);

        assertThat(tester.request(TestMessages.get("/", "x-api-key", huge))
                        .denial()
                        .status())
                .isEqualTo(403);
        assertThat(tester.request(TestMessages.get("/?k=" + huge)).denial().status())
                .isEqualTo(403);
        assertThat(tester.request(TestMessages.get("/", "cookie", ";=;" + "a=b;".repeat(10_000) + "k=\""))
                        .denial()
                        .status())
                .isEqualTo(403);
        assertThat(tester.request(TestMessages.get("/?k=%ff%fe%", "x-other", "ÿ"))
                        .denial()
                        .status())
                .isEqualTo(403);
    }

    @Test
    void removesNoCookieWhereThereIsNone() {
        assertThat(Cookies.remove(HeaderMap.empty(), "k")).isEmpty();
        assertThat(Cookies.remove(HeaderMap.of("cookie", "a=k"), "k")).isEmpty();
    }

    @Test
    void decidesTheSameOnManyThreadsWhileTheFileChanges() throws Exception {
        var environment = new FakeEnvironment();
        environment.writeFile("keys.yaml", "[ { consumer: bob, plain: k } ]");
        var tester = PolicyTester.of(FACTORY, "key_file: keys.yaml", environment);
        Callable<Long> passes = () -> IntStream.range(0, 5_000)
                .filter(i ->
                        !tester.request(TestMessages.get("/", "x-api-key", "k")).isDenied())
                .count();

        List<Future<Long>> counts;
        try (var threads = Executors.newFixedThreadPool(4)) {
            counts = List.of(threads.submit(passes), threads.submit(passes), threads.submit(passes));
            for (int i = 0; i < 100; i++) {
                environment.writeFile(
                        "keys.yaml", "[ { consumer: bob, plain: k }, { consumer: c" + i + ", plain: k2 } ]");
            }
        }

        for (Future<Long> count : counts) {
            assertThat(count.get()).isEqualTo(5_000);
        }
    }
}
