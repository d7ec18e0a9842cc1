package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Store;
import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of all stores: what each does alike, be it the memory of the process or a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreContractTest {
    private RedisServer server;
    private StoreRig rig;

    @BeforeAll
    void start() {
        server = RedisServer.start();
        rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 2000 }");
        rig.awaitWorking(rig.store("contract"));
    }

    @AfterAll
    void stop() {
        rig.close();
        server.close();
    }

    private Store store(String kind) {
        server.run("FLUSHALL");
        return kind.equals("local")
                ? new LocalStore(1 << 20, InstantSource.system(), Ticker.SYSTEM)
                : rig.store("contract");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "redis"})
    void slotsAreApart(String kind) {
        Store store = store(kind);

        assertThat(rig.result(store, Add.one("a"))).isEqualTo(1);
        assertThat(rig.result(store, Add.one("a"))).isEqualTo(2);
        assertThat(rig.result(store, Add.one("a}:count"))).isEqualTo(1);
        assertThat(rig.result(store, Add.one(""))).isEqualTo(1);
        assertThat(rig.result(store, Add.one("x".repeat(100_000)))).isEqualTo(1);
        assertThat(rig.result(store, new Add("a", "other", 5, Duration.ofMinutes(1))))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "redis"})
    void valuesLiveForTheirTime(String kind) {
        Store store = store(kind);
        rig.result(store, new Add("a", "count", 1, Duration.ofMillis(50)));

        Await.until("it is gone", () -> rig.result(store, new Get("a", "count")).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "redis"})
    void bytesComeBackAsTheyAre(String kind) {
        Store store = store(kind);
        byte[] octets = new byte[70_000];
        IntStream.range(0, octets.length).forEach(i -> octets[i] = (byte) (i * 31));

        rig.result(store, new Put("a", "value", Buffer.buffer(octets)));

        assertThat(rig.result(store, new Get("a", "value"))).contains(Buffer.buffer(octets));
        assertThat(rig.result(store, new Get("a", "nothing"))).isEmpty();
        rig.result(store, new Put("a", "empty", Buffer.buffer()));
        assertThat(rig.result(store, new Get("a", "empty"))).contains(Buffer.buffer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "redis"})
    void aStepIsDoneAsAWholeHoweverManyAskAtOnce(String kind) {
        Store store = store(kind);

        List<Future<Long>> asked = IntStream.range(0, 900)
                .mapToObj(_ -> rig.ask(store, Add.one("a")))
                .toList();

        assertThat(asked.stream().map(Await::result)).doesNotHaveDuplicates().contains(1L, 900L);
    }

    /** The bytes of a value; nil if there is none. */
    private record Get(String slot, String name) implements StoreOperation<Optional<Buffer>> {
        private static final StoreScript SCRIPT = new StoreScript("get", "return redis.call('GET', KEYS[1])");

        @Override
        public StoreScript script() {
            return SCRIPT;
        }

        @Override
        public List<String> names() {
            return List.of(name);
        }

        @Override
        public void arguments(Arguments arguments) {}

        @Override
        public Optional<Buffer> result(StoreReply reply) {
            return Optional.ofNullable(reply.bytes());
        }

        @Override
        public Optional<Buffer> applyTo(LocalEntries entries) {
            Object value = entries.get(name);
            return value instanceof Long number
                    ? Optional.of(Buffer.buffer(number.toString()))
                    : Optional.ofNullable((Buffer) value);
        }
    }

    /** Sets a value. */
    private record Put(String slot, String name, Buffer value) implements StoreOperation<Boolean> {
        private static final StoreScript SCRIPT =
                new StoreScript("put", "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return {1, 'ok'}");

        @Override
        public StoreScript script() {
            return SCRIPT;
        }

        @Override
        public List<String> names() {
            return List.of(name);
        }

        @Override
        public void arguments(Arguments arguments) {
            arguments.add(value).add(60_000);
        }

        @Override
        public Boolean result(StoreReply reply) {
            return reply.at(0).number() == 1 && reply.size() == 2;
        }

        @Override
        public Boolean applyTo(LocalEntries entries) {
            entries.put(name, value, value.length(), Duration.ofMinutes(1));
            return true;
        }
    }
}
