package io.policyengine.policies.traffic.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for an answer that another request is fetching. */
final class CollapsedRequestsTest extends CacheFixture {
    @Test
    void othersWaitForTheAnswerThatOneFetches() {
        Sent first = get("/");
        List<Sent> others = List.of(get("/"), get("/"), get("/"));
        assertThat(first.isForwarded()).isTrue();
        assertThat(others).noneMatch(other -> other.decision().isComplete());

        answer(first, "hello", "cache-control", FRESH);

        assertThat(others).allSatisfy(other -> {
            assertThat(other.body()).isEqualTo("hello");
            assertThat(other.status()).isEqualTo("policy-engine; hit; ttl=60; detail=collapsed");
        });
    }

    @Test
    void othersGoOnWhereTheAnswerIsNotStoredAndNobodyWaitsForTheNext() {
        Sent first = get("/");
        Sent other = get("/");
        answer(first, "hello", "cache-control", "no-store");
        assertThat(other.isForwarded()).isTrue();

        assertThat(get("/").isForwarded()).isTrue();
        assertThat(get("/").isForwarded()).isTrue();

        environment.advance(Duration.ofSeconds(10));
        assertThat(get("/").isForwarded()).isTrue();
        assertThat(get("/").decision().isComplete()).isFalse();
    }

    @Test
    void oneOfTheOthersFetchesWhereTheExchangeEndsThatDid() {
        Sent first = get("/");
        Sent part = get("/", "range", "bytes=0-1");
        List<Sent> others = List.of(get("/"), get("/"), get("/"));

        end(first);
        assertThat(part.decision().isComplete())
                .as("its answer is not the whole")
                .isFalse();
        List<Sent> fetching = others.stream().filter(Sent::isForwarded).toList();
        assertThat(fetching).hasSize(1);

        end(fetching.getFirst());
        List<Sent> next = others.stream()
                .filter(other -> other.decision().isComplete() && !fetching.contains(other))
                .toList();
        assertThat(next).hasSize(1);
        assertThat(next.getFirst().isForwarded()).isTrue();
        answer(next.getFirst(), "hello", "cache-control", FRESH);

        assertThat(others).filteredOn(Sent::isAnswered).hasSize(1);
        assertThat(part.isAnswered()).isTrue();
        assertThat(get("/").body()).isEqualTo("hello");
        assertThat(flights().underWay()).isZero();
        assertThat(flights().waiting()).isZero();
    }

    @Test
    void theOthersGoOnWhereNoneOfThemMayFetchForAll() {
        Sent first = get("/");
        List<Sent> parts = List.of(get("/", "range", "bytes=0-1"), get("/", "range", "bytes=2-3"));

        end(first);

        assertThat(parts).allMatch(Sent::isForwarded);
        assertThat(flights().underWay()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void oneWhoHangsUpWhenItsTurnHasComeHandsItOn(int hangsUp) {
        environment.useStore("redis").after(Duration.ofMillis(20));
        with("store: redis");
        Sent first = get("/");
        environment.advance(Duration.ofMillis(20));
        assertThat(first.isForwarded()).isTrue();
        List<Sent> others = List.of(get("/"), get("/"));
        environment.advance(Duration.ofMillis(20));

        end(first);
        others.get(hangsUp).call().cancellation().cancel();
        environment.advance(Duration.ofMillis(60));

        Sent left = others.get(1 - hangsUp);
        assertThat(left.isForwarded()).isTrue();
        end(left);
        assertThat(flights().underWay()).isZero();
        assertThat(flights().waiting()).isZero();
    }

    @Test
    void othersGoOnWhenTheyHaveWaitedLongEnough() {
        with("wait_ms: 200");
        get("/");
        Sent other = get("/");
        environment.advance(Duration.ofMillis(199));
        assertThat(other.decision().isComplete()).isFalse();

        environment.advance(Duration.ofMillis(1));

        assertThat(other.isForwarded()).isTrue();
    }

    @Test
    void noMoreWaitThanMay() {
        with("max_waiting: 1");
        get("/");
        Sent second = get("/");
        assertThat(second.decision().isComplete()).isFalse();

        assertThat(get("/").isForwarded()).isTrue();

        second.call().cancellation().cancel();
        assertThat(get("/").decision().isComplete()).isFalse();
    }

    @Test
    void oneWhoHangsUpWaitsNoLonger() {
        Sent first = get("/");
        Sent other = get("/");

        other.call().cancellation().cancel();
        assertThat(other.decision().isComplete()).isTrue();

        answer(first, "hello", "cache-control", FRESH);
        assertThat(get("/").body()).isEqualTo("hello");
    }

    @Test
    void aFetchThatTakesTooLongIsFollowedByAnother() {
        with("wait_ms: 200");
        get("/");
        environment.advance(Duration.ofMillis(200));

        Sent second = get("/");
        Sent third = get("/");

        assertThat(second.isForwarded()).isTrue();
        assertThat(third.decision().isComplete()).isFalse();
    }

    @Test
    void othersGetAStaleAnswerWhileOneFetchesANewOne() {
        with("stale_while_revalidate_s: 30");
        answer(get("/"), "old", "cache-control", FRESH);
        environment.advance(Duration.ofSeconds(70));

        Sent first = get("/");
        Sent other = get("/");

        assertThat(first.isForwarded()).isTrue();
        assertThat(other.body()).isEqualTo("old");
        assertThat(other.status()).isEqualTo("policy-engine; hit; ttl=-10; detail=stale-while-revalidate");
        answer(first, "new", "cache-control", FRESH);
        assertThat(get("/").body()).isEqualTo("new");
    }
}
