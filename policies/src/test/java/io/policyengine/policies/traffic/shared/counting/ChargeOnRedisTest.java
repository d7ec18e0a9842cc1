package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.limit.Calendar;
import io.policyengine.policies.traffic.shared.limit.Calendar.Unit;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import io.policyengine.testkit.redis.RedisServer;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The step of counting as a real server does it: the numbers of the one in Java, at every time and whatever its clock does. */
class ChargeOnRedisTest {
    private static final RedisServer SERVER = RedisServer.startWithClock();
    private static final Calendar DAYS = new Calendar(Unit.DAY, ZoneId.of("Europe/Berlin"));
    private static final Calendar HOURS = new Calendar(Unit.HOUR, ZoneId.of("Asia/Kolkata"));

    private RedisScripts redis;

    @BeforeAll
    static void hasNoValues() {
        SERVER.run("FLUSHALL");
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void connect() {
        SERVER.setClock(0);
        SERVER.run("FLUSHALL");
        redis = new RedisScripts(SERVER);
    }

    @AfterEach
    void disconnect() throws IOException {
        redis.close();
    }

    private static Limit.Named named(String name, ClientKey key, boolean shadow) {
        return new Limit.Named(name, key, null, shadow);
    }

    /** Limits whose windows are over soon, so that a short test sees many. */
    private static Limits limits(ClientKey key, ClientKey other) {
        return new Limits(List.of(
                named("bucket", key, false).bucket(1_000.0 / 3, 12),
                named("fine", key, false).bucket(7.7, 200),
                named("fixed", other, false).fixedWindow(5_000, 15),
                named("sliding", key, false).slidingWindow(4_000, 14),
                named("shadow", key, true).slidingWindow(3_000, 5),
                named("day", key, true).calendar(DAYS, 3_000),
                named("hour", other, false).calendar(HOURS, 1_000_000)));
    }

    private static final ClientKey ONE = new ClientKey.ByAddress();
    private static final ClientKey OTHER = new ClientKey.ByHeader("x");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itsNumbersAreThoseOfTheStepInJava(boolean oneKey) {
        Limits limits = limits(ONE, oneKey ? ONE : OTHER);
        Random random = new Random(16);
        Map<String, long[]> model = new HashMap<>();
        long passed = 0;
        for (int i = 0; i < 4_000; i++) {
            LimitedRequest limitedRequest = asked(limits, oneKey, random);
            long[] owed = random.nextInt(50) > 0 ? CountingStep.NOTHING : owed(limits, random);
            Tally there = redis.run(new Charge(limits, limitedRequest, owed, millisNow() * 1000));
            passed += limits.firstThatDenies(there) < 0 ? 1 : 0;

            Tally here = CountingStep.take(
                    limits, load(model, limits, limitedRequest, there.now), there.now, limitedRequest, owed);
            save(model, limits, limitedRequest, here);

            assertThat(there.counts).as("counts of step %d", i).isEqualTo(here.counts);
            assertThat(there.over).as("denials of step %d", i).isEqualTo(here.over);
        }
        assertThat(passed).as("of 4,000").isBetween(200L, 3_800L);
        requireThatAllExpire();
    }

    private static long millisNow() {
        return InstantSource.system().millis();
    }

    private static LimitedRequest asked(Limits limits, boolean oneKey, Random random) {
        String[] keys = new String[oneKey ? 1 : limits.size()];
        Arrays.setAll(keys, i -> "client-" + random.nextInt(3));
        long[] costs = new long[limits.size()];
        Arrays.setAll(costs, i -> random.nextInt(4));
        return new LimitedRequest(keys, costs);
    }

    private static long[] owed(Limits limits, Random random) {
        long[] owed = new long[limits.size()];
        Arrays.setAll(owed, i -> random.nextLong(3 * limits.get(i).meter().capacity()));
        return owed;
    }

    private static long[] load(Map<String, long[]> model, Limits limits, LimitedRequest limitedRequest, long now) {
        long[] counts = new long[limits.size() * UsageMeter.NUMBERS];
        for (int i = 0; i < limits.size(); i++) {
            long[] kept = model.getOrDefault(i + limitedRequest.key(i), new long[] {now});
            System.arraycopy(kept, 0, counts, i * UsageMeter.NUMBERS, kept.length);
        }
        return counts;
    }

    private static void save(Map<String, long[]> model, Limits limits, LimitedRequest limitedRequest, Tally tally) {
        for (int i = 0; i < limits.size(); i++) {
            if (tally.isChanged(i)) {
                int from = i * UsageMeter.NUMBERS;
                model.put(i + limitedRequest.key(i), Arrays.copyOfRange(tally.counts, from, from + UsageMeter.NUMBERS));
            }
        }
    }

    private void requireThatAllExpire() {
        StoreReply keys = redis.send(List.of(RedisScripts.bytes("KEYS"), RedisScripts.bytes("*")));
        for (int i = 0; i < keys.size(); i++) {
            byte[] key = Objects.requireNonNull(keys.at(i).bytes()).getBytes();
            assertThat(redis.send(List.of(RedisScripts.bytes("PTTL"), key)).number())
                    .as(new String(key, StandardCharsets.UTF_8))
                    .isNotEqualTo(-1)
                    .isLessThanOrEqualTo(25 * 3_600_000L);
        }
    }

    private Tally ask(Limits limits, String key, long cost) {
        long[] costs = new long[limits.size()];
        Arrays.fill(costs, cost);
        return new StoreCounter(limits, new OnServer(redis), InstantSource.system())
                .look(new LimitedRequest(new String[] {key}, costs))
                .result();
    }

    private long passes(Limits limits, String key, int requests) {
        return LongStream.range(0, requests)
                .filter(i -> limits.firstThatDenies(ask(limits, key, 1)) < 0)
                .count();
    }

    @Test
    void aClockThatIsSetBackLetsNoneMorePassAndLocksNobodyOut() {
        for (Limit limit : List.of(
                named("b", ONE, false).bucket(3_600e6 / 10, 10),
                named("f", ONE, false).fixedWindow(3_600_000_000L, 10),
                named("s", ONE, false).slidingWindow(3_600_000_000L, 10),
                named("d", ONE, false).calendar(DAYS, 10))) {
            SERVER.setClock(0);
            Limits limits = new Limits(List.of(limit));
            assertThat(passes(limits, "k", 20)).as(limit.name()).isEqualTo(10);

            SERVER.setClock(-20 * 3600);
            assertThat(passes(limits, "k", 20)).as("%s, set back", limit.name()).isZero();
            long wait =
                    limits.waitMicros(0, ask(limits, "k", 1), new LimitedRequest(new String[] {"k"}, new long[] {1}));
            assertThat(wait)
                    .as("%s, set back: at most to the end of the day that was used up", limit.name())
                    .isLessThanOrEqualTo((20 + 25) * 3_600_000_000L);

            SERVER.setClock(-20 * 3600 + wait / 1_000_000 + 1);
            assertThat(passes(limits, "k", 1))
                    .as("%s, after the wait", limit.name())
                    .isOne();
        }
    }

    @Test
    void aClockThatIsSetBackAndForwardEmptiesNoDay() {
        Limits limits = new Limits(List.of(named("d", ONE, false).calendar(DAYS, 10)));
        assertThat(passes(limits, "k", 20)).isEqualTo(10);

        SERVER.setClock(-24 * 3600);
        assertThat(passes(limits, "k", 20)).as("set back").isZero();
        SERVER.setClock(0);
        assertThat(passes(limits, "k", 20)).as("set forward").isZero();
    }

    /** The server as a counter sees it. */
    private record OnServer(RedisScripts redis) implements Store {
        @Override
        public String name() {
            return "redis";
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public <T> Future<T> run(Call call, StoreOperation<T> operation) {
            return run(operation);
        }

        @Override
        public <T> Future<T> run(StoreOperation<T> operation) {
            return Future.succeededFuture(redis.run(operation));
        }
    }

    @Test
    void instancesWhoseClocksDifferByDaysHaveOneQuota() {
        Limits limits = new Limits(List.of(named("d", ONE, false).calendar(DAYS, 10)));
        LimitedRequest one = new LimitedRequest(new String[] {"k"}, new long[] {1});
        List<StoreCounter> instances = Stream.of(0, 3, -3)
                .map(days -> new StoreCounter(
                        limits, new OnServer(redis), () -> Instant.now().plus(days, ChronoUnit.DAYS)))
                .toList();
        for (int hours : new int[] {0, 50}) {
            SERVER.setClock(hours * 3600L);
            long passed = IntStream.range(0, 60)
                    .mapToObj(i -> instances.get(i % 3).look(one).result())
                    .filter(tally -> limits.firstThatDenies(tally) < 0)
                    .count();
            assertThat(passed).as("%s hours later", hours).isEqualTo(10);
            requireThatAllExpire();
        }
    }

    @Test
    void numbersNearTheLargestAreExact() {
        Limits limits = new Limits(List.of(
                named("b", ONE, false).bucket(1e9, 1_000_000),
                named("s", ONE, false).slidingWindow(366 * 86_400_000_000L, 1_000_000_000),
                named("d", ONE, false).calendar(DAYS, 1_000_000_000_000L)));
        assertThat(ask(limits, "k", 999_999).over).isZero();
        Tally last = ask(limits, "k", 1);
        assertThat(last.over).isZero();
        assertThat(last.counts[UsageMeter.COUNT])
                .isBetween(
                        limits.get(0).meter().capacity() - 10_000_000,
                        limits.get(0).meter().capacity());
        assertThat(ask(limits, "k", 1).over).as("the bucket is full").isOne();
    }
}
