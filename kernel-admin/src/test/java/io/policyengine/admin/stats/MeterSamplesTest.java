package io.policyengine.admin.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.stats.MeterFigures.Totals;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Samples of the meters. */
class MeterSamplesTest {
    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.core.Context loop = vertx.getOrCreateContext();
    private final EngineRegistry registry = new EngineRegistry();
    private final FakeTicker ticker = new FakeTicker();
    private final Stats stats = new Stats(vertx, registry, new EntryFigures(ticker), ticker);

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    /** On the event loop that the samples belong to. */
    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> work.get().onComplete(done));
        return done.future();
    }

    private Sample ask() {
        return Await.result(onLoop(() -> stats.ask((sample, _) -> sample)));
    }

    @Test
    void areTakenOnceForAllWhoAskWithinHalfASecond() {
        Sample first = ask();
        ticker.advance(Stats.FRESH.minusNanos(1));
        Sample second = ask();
        ticker.advance(Duration.ofNanos(1));
        Sample third = ask();

        assertThat(second).isSameAs(first);
        assertThat(third).isNotSameAs(first);
    }

    @Test
    void areBusyWhileSixteenAsk() {
        CountDownLatch held = new CountDownLatch(1);
        List<Future<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < Stats.MAX_ASKED; i++) {
            asked.add(onLoop(() -> stats.ask((_, _) -> {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return true;
            })));
        }

        assertThat(Await.result(onLoop(() -> Future.succeededFuture(stats.isBusy()))))
                .isTrue();

        held.countDown();
        Await.result(Future.all(asked));
        assertThat(Await.result(onLoop(() -> Future.succeededFuture(stats.isBusy()))))
                .isFalse();
    }

    @Test
    void tellWhatIsRecentOfTheLastHalfMinuteToMinute() {
        var counter = KernelMetric.REQUESTS.counter(registry, "r", "none", "denied");
        counter.increment(5);
        List<Long> recent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            recent.add(Await.result(onLoop(() ->
                    stats.ask((sample, past) -> Objects.requireNonNull(sample.routes.get("r"))
                            .totals()
                            .since(past.routes().getOrDefault("r", Totals.NONE))
                            .denied()))));
            counter.increment();
            ticker.advance(Stats.RECENT);
        }

        // Since the start, as long as no sample is half a minute old; then since the one before the last.
        assertThat(recent).containsExactly(5L, 6L, 1L, 1L);
    }
}
