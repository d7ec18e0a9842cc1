package io.policyengine.admin.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.http.RequestView;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.ExchangeRecords;
import io.policyengine.kernel.recorder.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlightRecordersTest {
    private static final ObservabilityConfig SETTINGS = KernelConfig.defaults().observability();
    private static final Query ALL = Query.newest(10);
    private static final KeptExchange.Locations NOWHERE = new KeptExchange.Locations() {
        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public boolean isInForce(long generation) {
            return true;
        }

        @Override
        public @Nullable String ofRoute(long generation, String routePolicy) {
            return null;
        }

        @Override
        public @Nullable String ofEntry(long generation, String routePolicy, String part, String entry) {
            return null;
        }
    };

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(3));
    private final FlightRecorders recorders = new FlightRecorders(SETTINGS.recorder(), 2);
    private final Context asking = ((VertxInternal) vertx).createEventLoopContext();
    private final List<Context> loops = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** An event loop on which an exchange has failed. */
    private void loopWithExchange(String id, long arrived) throws Exception {
        Context loop = ((VertxInternal) vertx).createEventLoopContext();
        loops.add(loop);
        Promise<Void> done = Promise.promise();
        loop.runOnContext(_ -> {
            List<ExchangeObserver> observers = recorders.onLoop(vertx);
            ExchangeRecords records = new ExchangeRecords(observers);
            ExchangeRecord record = records.take(SETTINGS);
            record.begin(SETTINGS, 1, arrived, 0, id, RequestView.absentRequest());
            record.ended(Outcome.FAILED, 0, 1);
            records.ended(record);
            done.complete();
        });
        get(done.future());
    }

    private Future<KeptExchange.All> ask() {
        Promise<KeptExchange.All> answer = Promise.promise();
        asking.runOnContext(_ -> recorders
                .find(vertx, ALL, null, _ -> Future.succeededFuture(NOWHERE))
                .onComplete(answer));
        return answer.future();
    }

    @Test
    void findsWhatAllEventLoopsHaveTheNewestFirst() throws Exception {
        loopWithExchange("id-1", 1);
        loopWithExchange("id-2", 2);

        KeptExchange.All found = get(ask());

        assertThat(found.complete()).isTrue();
        assertThat(found.exchanges()).extracting(KeptExchange::requestId).containsExactly("id-2", "id-1");
    }

    @Test
    void anEventLoopThatDoesNotAnswerIsLeftOut() throws Exception {
        loopWithExchange("id-1", 1);
        loopWithExchange("id-2", 2);
        CountDownLatch stuck = new CountDownLatch(1);
        loops.getLast().runOnContext(_ -> awaitUninterruptibly(stuck));

        KeptExchange.All found = get(ask());

        assertThat(found.complete()).isFalse();
        assertThat(found.exchanges()).extracting(KeptExchange::requestId).containsExactly("id-1");
        stuck.countDown();
    }

    @Test
    void moreQuestionsThanMayBeUnderWayAreRefused() throws Exception {
        loopWithExchange("id-1", 1);
        CountDownLatch stuck = new CountDownLatch(1);
        loops.getFirst().runOnContext(_ -> awaitUninterruptibly(stuck));
        List<Future<KeptExchange.All>> asked = new ArrayList<>();
        for (int i = 0; i < FlightRecorders.MAX_ASKED; i++) {
            asked.add(ask());
        }

        Throwable refused = get(ask().transform(result -> Future.succeededFuture(result.cause())));

        assertThat(refused).isInstanceOf(FlightRecorders.BusyException.class);
        stuck.countDown();
        for (Future<KeptExchange.All> one : asked) {
            assertThat(get(one).exchanges()).hasSizeLessThan(2);
        }
        assertThat(get(ask()).exchanges()).hasSize(1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
