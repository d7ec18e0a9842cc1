package io.policyengine.policies.traffic.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests that a limit of 100 a minute admits of a client that sends ten in each second. */
class AdmittedOverTimeTest {
    private static final Path PAGE = Path.of("../docs/policies/rateLimit.md");
    private static final int COLUMNS = 12;
    private static final int A_MINUTE = 6;
    private static final int REQUESTS = 100;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "no algorithm | { limits: [ { requests: 100, per: minute } ] } | 100",
                "no algorithm, in a store | { store: redis, limits: [ { requests: 100, per: minute } ] } | 100",
                "sliding_window | { algorithm: sliding_window, limits: [ { requests: 100, per: minute } ] } | 100",
                "fixed_window | { algorithm: fixed_window, limits: [ { requests: 100, per: minute } ] } | 100",
                "burst: 10 | { limits: [ { requests: 100, per: minute, burst: 10 } ] } | 109",
                "gcra | { algorithm: gcra, limits: [ { requests: 100, per: minute } ] } | 199",
            })
    void theFirstMinuteIsThatOfThePage(String limit, String params, int firstMinute) throws IOException {
        int[] passed = passed(params);

        assertThat(firstMinute(passed)).isEqualTo(firstMinute);
        if (!limit.startsWith("no algorithm")) {
            assertThat(Files.readString(PAGE)).contains(line(limit, passed));
        }
    }

    /** Returns the number of requests that pass in each ten seconds. */
    private static int[] passed(String params) {
        FakeEnvironment environment = new FakeEnvironment();
        environment.useStore("redis");
        PolicyTester tester = PolicyTester.of(new RateLimitFactory(), params, environment);
        int[] passed = new int[COLUMNS];
        for (int i = 0; i < COLUMNS * REQUESTS; i++) {
            passed[i / REQUESTS] += tester.request(TestMessages.get("/")).isDenied() ? 0 : 1;
            environment.advance(Duration.ofMillis(100));
        }
        return passed;
    }

    private static int firstMinute(int[] passed) {
        return Arrays.stream(passed, 0, A_MINUTE).sum();
    }

    /** Returns the line of the page's chart: the name, the numbers, and a bar of the first minute. */
    private static String line(String limit, int[] passed) {
        int minute = firstMinute(passed);
        String numbers = Arrays.stream(passed)
                .mapToObj(number -> String.format(Locale.ROOT, "%4d", number))
                .collect(Collectors.joining());
        return String.format(Locale.ROOT, "%-15s%s   %-20s %d", limit, numbers, "█".repeat(minute / 10), minute);
    }
}
