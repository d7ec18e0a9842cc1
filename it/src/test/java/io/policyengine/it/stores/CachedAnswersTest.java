package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.traffic.cache.entry.Answers;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import io.policyengine.policies.traffic.cache.entry.CacheRead;
import io.policyengine.policies.traffic.cache.entry.Purge;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.cache.entry.Variant;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of {@code cache} on its store do the same in memory and on a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachedAnswersTest {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final CacheKey KEY = new CacheKey("u-resource", "e-answers");
    private static final RequestView PLAIN = TestMessages.get("/news?page=1");

    private RedisServer server;
    private StoreRig rig;

    /** The places where values are kept. */
    enum Place {
        MEMORY,
        SERVER
    }

    @BeforeAll
    void start() {
        server = RedisServer.startWithClock();
        rig = new StoreRig("{ url: 'redis://127.0.0.1:" + server.port() + "', timeout_ms: 5000 }");
    }

    @AfterAll
    void stop() {
        rig.close();
        server.close();
    }

    private Answers answers(Place place) {
        return answers(place, 16);
    }

    private Answers answers(Place place, int maxVariants) {
        server.run("FLUSHALL");
        Store store = switch (place) {
            case MEMORY -> new LocalStore(1 << 20, InstantSource.system(), Ticker.SYSTEM);
            case SERVER -> rig.store("cache");
        };
        return new Answers(store, Ticker.SYSTEM, maxVariants, LONGEST, new AtomicLong());
    }

    private <T> T result(Supplier<Future<T>> asked) {
        Promise<T> promise = Promise.promise();
        rig.vertx.runOnContext(_ -> asked.get().onComplete(promise));
        return Await.result(promise.future());
    }

    private CacheRead find(Answers answers, RequestView request) {
        Call call = new Call(
                "id", 1, Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(30).toNanos(), new Cancellation());
        return result(() -> answers.find(call, KEY, request));
    }

    private void store(Answers answers, Variant variant, StoredResponse answer) {
        assertThat(result(() -> answers.store(KEY, variant, answer, 10))).isTrue();
    }

    private static StoredResponse answer(String body, long now) {
        return new StoredResponse(
                203,
                HeaderMap.of(
                        "content-type",
                        "text/plain",
                        "x-octets",
                        "\u00e4\u00ff",
                        "x-empty",
                        "",
                        "x-two",
                        "1",
                        "x-two",
                        "2"),
                Buffer.buffer(body).appendByte((byte) 0).appendByte((byte) 0xFF),
                now,
                now + 5,
                new StoredResponse.Validity(3, 60, true, false, 7, 8));
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerComesBackAsItWasStored(Place place) {
        Answers answers = answers(place);
        CacheRead none = find(answers, PLAIN);
        assertThat(none.names()).isNull();
        StoredResponse stored = answer("hello", none.now());

        store(answers, Variant.ONLY, stored);

        assertThat(find(answers, PLAIN).answer()).isEqualTo(stored);
        assertThat(find(answers, PLAIN).now()).isGreaterThanOrEqualTo(none.now());
    }

    @ParameterizedTest
    @EnumSource
    void variantsAreToldApartAndTheOldestGoes(Place place) {
        Answers answers = answers(place, 2);
        long now = find(answers, PLAIN).now();
        for (String language : List.of("de", "fr", "it")) {
            RequestView request = TestMessages.get("/", "accept-language", language);
            store(answers, Variant.of(List.of("accept-language"), request.headers()), answer(language, now));
        }

        assertThat(body(answers, "de")).isEmpty();
        assertThat(body(answers, "fr")).startsWith("fr");
        assertThat(body(answers, "it")).startsWith("it");
        assertThat(find(answers, PLAIN).names()).containsExactly("accept-language");
        assertThat(find(answers, PLAIN).answer()).isNull();
    }

    private String body(Answers answers, String language) {
        StoredResponse answer = find(answers, TestMessages.get("/", "accept-language", language))
                .answer();
        return answer == null ? "" : answer.body().toString();
    }

    @ParameterizedTest
    @EnumSource
    void answersChosenByOtherFieldsReplaceThoseBefore(Place place) {
        Answers answers = answers(place);
        long now = find(answers, PLAIN).now();
        store(answers, Variant.ONLY, answer("plain", now));
        RequestView german = TestMessages.get("/", "accept-language", "de");

        store(answers, Variant.of(List.of("accept-language"), german.headers()), answer("de", now));

        assertThat(find(answers, PLAIN).answer()).isNull();
        assertThat(body(answers, "de")).startsWith("de");
    }

    @ParameterizedTest
    @EnumSource
    void aChangeForgetsWhatWasAskedForBeforeIt(Place place) {
        Answers answers = answers(place);
        StoredResponse before = answer("old", find(answers, PLAIN).now());
        store(answers, Variant.ONLY, before);

        Call call = new Call(
                "id", 1, Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(30).toNanos(), new Cancellation());
        assertThat(result(() -> answers.invalidate(call, KEY.resource()))).isTrue();

        assertThat(find(answers, PLAIN).answer()).isNull();
        store(answers, Variant.ONLY, before);
        assertThat(find(answers, PLAIN).answer()).as("one that was on its way").isNull();
        StoredResponse after = answer("new", find(answers, PLAIN).now() + 1);
        store(answers, Variant.ONLY, after);
        assertThat(find(answers, PLAIN).answer()).isEqualTo(after);
    }

    @ParameterizedTest
    @EnumSource
    void aPurgeForgetsWhatItConcerns(Place place) {
        Answers answers = answers(place);
        store(answers, Variant.ONLY, answer("a", find(answers, PLAIN).now()));

        result(() -> answers.purge(Purge.of(Map.of("path", "/other"))));
        assertThat(find(answers, PLAIN).answer()).isNotNull();
        result(() -> answers.purge(Purge.of(Map.of("path_prefix", "/news", "authority", "EXAMPLE.COM"))));
        assertThat(find(answers, PLAIN).answer()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsForgottenStaysSoWhereTheClockIsSetBack(boolean isPurge) {
        Call call = new Call(
                "id", 1, Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(30).toNanos(), new Cancellation());
        try {
            server.setClock(600);
            Answers answers = answers(Place.SERVER);
            store(answers, Variant.ONLY, answer("a", find(answers, PLAIN).now()));
            server.setClock(0);
            if (isPurge) {
                result(() -> answers.purge(Purge.of(Map.of("path", "/news?page=1"))));
            } else {
                result(() -> answers.invalidate(call, KEY.resource()));
            }

            server.setClock(610);
            assertThat(find(answers, PLAIN).answer()).isNull();
        } finally {
            server.setClock(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void morePurgesThanAreToldApartForgetAll(Place place) {
        Answers answers = answers(place);
        store(answers, Variant.ONLY, answer("a", find(answers, PLAIN).now()));

        for (int i = 0; i < 100; i++) {
            String path = "/other/" + i;
            result(() -> answers.purge(Purge.of(Map.of("path", path))));
        }
        assertThat(find(answers, PLAIN).answer()).isNotNull();
        result(() -> answers.purge(Purge.of(Map.of("path", "/another"))));

        assertThat(find(answers, PLAIN).answer()).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = "SERVER")
    void everyKeyOnAServerExpires(Place place) {
        Answers answers = answers(place);
        long now = find(answers, PLAIN).now();
        store(answers, Variant.ONLY, answer("a", now));
        Call call = new Call(
                "id", 1, Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(30).toNanos(), new Cancellation());
        result(() -> answers.invalidate(call, KEY.resource()));
        result(() -> answers.purge(Purge.ALL));

        List<String> keys = server.run("KEYS", "*").lines().toList();

        assertThat(keys)
                .hasSize(3)
                .allSatisfy(
                        key -> assertThat(Long.parseLong(server.run("PTTL", key).strip()))
                                .isBetween(1L, LONGEST.toMillis()));
        String answer = keys.stream()
                .filter(key -> key.contains(KEY.answers()))
                .findFirst()
                .orElseThrow();
        assertThat(Long.parseLong(server.run("PTTL", answer).strip())).isLessThanOrEqualTo(67_000);
    }
}
