package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.local.LocalStore;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.limit.Calendar;
import io.policyengine.policies.traffic.shared.limit.Calendar.Unit;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.redis.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settlements as a real server does them: with the numbers of those in Java. */
class SettlementOnRedisTest {
    private static final RedisServer SERVER = RedisServer.startWithClock();
    private static final ClientKey ONE = new ClientKey.ByAddress();
    private static final ClientKey OTHER = new ClientKey.ByHeader("x");

    private RedisScripts redis;

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void connect() {
        SERVER.run("FLUSHALL");
        redis = new RedisScripts(SERVER);
    }

    @AfterEach
    void disconnect() throws IOException {
        redis.close();
    }

    private static Limits limits(ClientKey other) {
        return new Limits(List.of(
                new Limit.Named("bucket", ONE, null, false).bucket(3_600e6 / 1_000_000, 1_000_000),
                new Limit.Named("fixed", other, null, false).fixedWindow(3_600_000_000L, 1_000_000),
                new Limit.Named("sliding", ONE, null, false).slidingWindow(3_600_000_000L, 1_000_000),
                new Limit.Named("shadow", ONE, null, true).slidingWindow(3_600_000_000L, 300),
                new Limit.Named("day", ONE, null, false)
                        .calendar(new Calendar(Unit.MONTH, ZoneId.of("UTC")), 1_000_000)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theirNumbersAreThoseInJava(boolean oneKey) {
        Limits limits = limits(oneKey ? ONE : OTHER);
        FakeEnvironment environment = new FakeEnvironment();
        LocalStore memory = new LocalStore(1 << 20, environment.clock(), environment.ticker());
        Random random = new Random(18);
        List<Reservation> here = new ArrayList<>();
        List<Reservation> there = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String[] keys = new String[oneKey ? 1 : limits.size()];
            Arrays.setAll(keys, k -> "client-" + random.nextInt(3));
            if (here.isEmpty() || random.nextBoolean()) {
                long[] costs = new long[limits.size()];
                Arrays.setAll(costs, c -> random.nextInt(3) == 0 ? 0 : random.nextInt(400));
                LimitedRequest limitedRequest = new LimitedRequest(keys, costs);
                Tally onServer = redis.run(new Charge(limits, limitedRequest, CountingStep.NOTHING, millis() * 1000));
                Tally inMemory = memory.run(new Charge(limits, limitedRequest, CountingStep.NOTHING, 0))
                        .result();
                assertThat(onServer.over).isEqualTo(inMemory.over);
                there.add(Reservation.of("id-" + i, false, limitedRequest, onServer));
                here.add(Reservation.of("id-" + i, false, limitedRequest, inMemory));
            } else {
                int which = random.nextInt(here.size());
                long[] taken = new long[limits.size()];
                Arrays.setAll(taken, t -> random.nextInt(600));
                boolean isFirst =
                        redis.run(settlement(limits, there.get(which), taken)).isFirst();
                assertThat(memory.run(settlement(limits, here.get(which), taken))
                                .result()
                                .isFirst())
                        .isEqualTo(isFirst);
                if (random.nextInt(4) > 0) {
                    here.remove(which);
                    there.remove(which);
                }
            }
            LimitedRequest nothing = new LimitedRequest(keys, new long[limits.size()]);
            Tally onServer = redis.run(new Charge(limits, nothing, CountingStep.NOTHING, millis() * 1000));
            Tally inMemory = memory.run(new Charge(limits, nothing, CountingStep.NOTHING, 0))
                    .result();
            for (int limit = 1; limit < limits.size(); limit++) {
                int at = limit * UsageMeter.NUMBERS + UsageMeter.COUNT;
                assertThat(onServer.counts[at])
                        .as("step %d, limit %d", i, limit)
                        .isEqualTo(inMemory.counts[at]);
            }
            // The bucket runs out while the test runs, and in memory no time passes.
            assertThat(onServer.counts[UsageMeter.COUNT]).isLessThanOrEqualTo(inMemory.counts[UsageMeter.COUNT]);
        }
    }

    private static Settlement settlement(Limits limits, Reservation reservation, long[] taken) {
        return new Settlement(limits, reservation, taken, true, millis() * 1000);
    }

    private static long millis() {
        return InstantSource.system().millis();
    }

    @Test
    void aMarkOutlivesAllThatMaySendASettlementAgainAndNoLonger() {
        Limits limits = limits(ONE);
        LimitedRequest limitedRequest = new LimitedRequest(new String[] {"k"}, new long[] {1, 1, 1, 1, 1});
        Reservation one = Reservation.of(
                "id",
                false,
                limitedRequest,
                redis.run(new Charge(limits, limitedRequest, CountingStep.NOTHING, millis() * 1000)));

        assertThat(redis.run(settlement(limits, one, new long[] {5, 5, 5, 5, 5}))
                        .isFirst())
                .isTrue();
        assertThat(redis.run(settlement(limits, one, new long[] {9, 9, 9, 9, 9}))
                        .isFirst())
                .isFalse();
        long life = redis.send(List.of(RedisScripts.bytes("PTTL"), RedisScripts.bytes("{k}settled/id")))
                .number();
        assertThat(life).isBetween(1L, Settlement.MARKED.toMillis());
        assertThat(Settlement.MARKED).isGreaterThan(Duration.ofMinutes(1));
    }

    @Test
    void aServerThatKnowsOtherWindowsOfTheCalendarChangesNothing() {
        Limits limits = limits(ONE);
        LimitedRequest limitedRequest = new LimitedRequest(new String[] {"k"}, new long[] {1, 1, 1, 1, 1});
        Reservation one = Reservation.of(
                "id",
                false,
                limitedRequest,
                redis.run(new Charge(limits, limitedRequest, CountingStep.NOTHING, millis() * 1000)));
        long[] taken = {5, 5, 5, 5, 5};
        Settlement ofLongAgo = new Settlement(limits, one, taken, true, 0);

        assertThat(redis.run(ofLongAgo).isDone()).isFalse();
        assertThat(redis.run(settlement(limits, one, taken)).isFirst()).isTrue();
    }
}
