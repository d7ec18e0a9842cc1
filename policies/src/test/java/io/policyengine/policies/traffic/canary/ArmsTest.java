package io.policyengine.policies.traffic.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.policyengine.testkit.policy.FakeEnvironment;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ArmsTest {
    private static final int MANY = 100_000;

    @Test
    void keysAreSharedOutByWeight() {
        Arms arms = arms("", 90, 9, 1);

        assertThat(shares(i -> arms.of("user-" + i), 3)).containsExactly(new double[] {0.9, 0.09, 0.01}, within(0.005));
    }

    @Test
    void requestsWithoutKeyAreSharedOutByWeight() {
        Arms arms = arms("", 0, 90, 9, 0, 1);
        FakeEnvironment environment = new FakeEnvironment();

        assertThat(shares(_ -> arms.at(environment.randomLong()), 5))
                .containsExactly(new double[] {0, 0.9, 0.09, 0, 0.01}, within(0.005));
    }

    @Test
    void theWholeRangeOfRandomNumbersChoosesAnArmWithAWeight() {
        Arms arms = arms("", 0, 1, 1, 0);

        assertThat(arms.at(0)).isEqualTo(1);
        assertThat(arms.at(Long.MAX_VALUE)).isEqualTo(1);
        assertThat(arms.at(Long.MIN_VALUE)).isEqualTo(2);
        assertThat(arms.at(-1)).isEqualTo(2);
    }

    @Test
    void whileAWeightGrowsNobodyLeavesItsArmAndNobodyChangesBetweenOthers() {
        List<Arms> growing = IntStream.of(0, 1, 5, 20, 50, 100, 1_000)
                .mapToObj(weight -> arms("", 60, 40, weight))
                .toList();

        for (int user = 0; user < 5_000; user++) {
            String key = "user-" + user;
            int before = growing.getFirst().of(key);
            for (Arms arms : growing) {
                int now = arms.of(key);
                assertThat(now).isIn(before, 2);
                before = now;
            }
        }
    }

    @Test
    void aWeightOf0GetsNoKey() {
        Arms arms = arms("", 0, 1, 0);

        assertThat(IntStream.range(0, 10_000).map(i -> arms.of("user-" + i))).containsOnly(1);
    }

    /** What instances of any version and machine have to agree on: a change moves users between versions of the upstream. */
    @Test
    void theChoiceIsTheSameEverywhereAndForEver() {
        Arms arms = arms("", 1, 1, 1);

        assertThat(IntStream.range(0, 20)
                        .map(i -> arms.of("i:user-" + i))
                        .boxed()
                        .toList())
                .containsExactly(1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 2, 2, 1, 2, 0, 0, 2, 2, 0);
    }

    @Test
    void anotherSaltSharesOutAgain() {
        Arms one = arms("one", 50, 50);
        Arms other = arms("other", 50, 50);

        long same = IntStream.range(0, MANY)
                .filter(i -> one.of("user-" + i) == other.of("user-" + i))
                .count();

        assertThat((double) same / MANY).isCloseTo(0.5, within(0.01));
    }

    private static Arms arms(String salt, int... weights) {
        return new Arms(
                IntStream.range(0, weights.length)
                        .mapToObj(i -> new CanaryParams.Arm("arm-" + i, weights[i], Map.of()))
                        .toList(),
                salt);
    }

    private static double[] shares(IntUnaryOperator choice, int arms) {
        double[] shares = new double[arms];
        IntStream.range(0, MANY).map(choice).forEach(arm -> shares[arm] += 1.0 / MANY);
        return shares;
    }
}
