package io.policyengine.admin.flight;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.RecorderConfig;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The flight recorders of a kernel, one for each event loop. A query copies the matching records of each event loop, in
 * turns of limited work. If an event loop does not answer within {@link #PATIENCE}, it is skipped and its search ends.
 * At most {@value #MAX_ASKED} queries run at a time.
 */
public final class FlightRecorders implements ExchangeObservers {
    /**
     * Maximum time that a query of the flight recorder waits for an event loop; a loop that does not answer in time is
     * skipped.
     */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Maximum number of concurrent queries of the flight recorders. */
    static final int MAX_ASKED = 8;

    /** All recorders together may take at most 1/{@value} of the heap. */
    private static final int OF_HEAP = 32;

    private final RecorderConfig config;
    private final int loops;
    private final List<OnLoop> recorders = new CopyOnWriteArrayList<>();
    /** The slots for concurrent queries. */
    private final Capacity asked = new Capacity(MAX_ASKED);

    private record OnLoop(Context loop, FlightRecorder recorder) {}

    /** Reports that a query is refused because too many others are running. */
    public static final class BusyException extends Exception {
        private static final long serialVersionUID = 1;

        BusyException() {
            super(MAX_ASKED + " queries for exchanges are running: try again later", null, false, false);
        }
    }

    /**
     * Creates the flight recorders of a starting kernel.
     *
     * @param loops number of event loops, among which the space is divided
     */
    public FlightRecorders(RecorderConfig config, int loops) {
        this.config = config;
        this.loops = loops;
    }

    @Override
    public List<ExchangeObserver> onLoop(Vertx vertx) {
        long bytes = Math.min(config.maxBytes(), Runtime.getRuntime().maxMemory() / OF_HEAP);
        FlightRecorder recorder =
                new FlightRecorder(bytes / loops, config.exchanges() / loops, RandomGenerator.getDefault());
        recorders.add(new OnLoop(vertx.getOrCreateContext(), recorder));
        return List.of(recorder);
    }

    /**
     * Finds exchanges, newest first. Must be called on an event loop, on which the result completes.
     *
     * @param only the reason for which the exchanges were kept, or null for any
     * @return fails with {@link BusyException} if too many queries are running
     */
    public Future<KeptExchange.All> find(
            Vertx vertx, Query query, @Nullable Shelf only, KeptExchange.Locations.Source places) {
        if (!asked.tryTake(1)) {
            return Future.failedFuture(new BusyException());
        }
        return new Question(vertx, query, only, places).ask().onComplete(_ -> asked.give(1));
    }

    private final class Question {
        private final Vertx vertx;
        private final Query query;
        private final @Nullable Shelf only;
        private final KeptExchange.Locations.Source places;
        private final List<ExchangeHits> answers = new ArrayList<>();
        private final Promise<KeptExchange.All> done = Promise.promise();
        private int awaited;

        /** True once the query no longer waits for event loops. */
        private volatile boolean over;

        Question(Vertx vertx, Query query, @Nullable Shelf only, KeptExchange.Locations.Source places) {
            this.vertx = vertx;
            this.query = query;
            this.only = only;
            this.places = places;
        }

        Future<KeptExchange.All> ask() {
            Context here = vertx.getOrCreateContext();
            List<OnLoop> all = List.copyOf(recorders);
            awaited = all.size();
            long timer = vertx.setTimer(PATIENCE.toMillis(), _ -> answer());
            for (OnLoop one : all) {
                one.loop().runOnContext(_ -> search(one, one.recorder().search(query, only), here));
            }
            answerIfComplete();
            return done.future().onComplete(_ -> vertx.cancelTimer(timer));
        }

        private void search(OnLoop one, ExchangeSearch search, Context here) {
            if (over) {
                return;
            }
            if (!search.proceed()) {
                one.loop().runOnContext(_ -> search(one, search, here));
                return;
            }
            here.runOnContext(_ -> {
                answers.add(search.found());
                awaited--;
                answerIfComplete();
            });
        }

        private void answerIfComplete() {
            if (awaited == 0) {
                answer();
            }
        }

        private void answer() {
            if (over) {
                return;
            }
            over = true;
            boolean isComplete = awaited == 0;
            List<ExchangeHits.Hit> hits = answers.stream()
                    .flatMap(found -> found.all().stream())
                    .sorted(Comparator.comparingLong(ExchangeHits.Hit::millis).reversed())
                    .limit(query.limit())
                    .toList();
            long overwritten = answers.stream()
                    .mapToLong(ExchangeHits::overwrittenBefore)
                    .max()
                    .orElse(Long.MIN_VALUE);
            places.find(routesOf(hits))
                    .map(locations -> new KeptExchange.All(
                            hits.stream()
                                    .map(hit -> RecordDecoder.decode(hit, locations))
                                    .toList(),
                            isComplete,
                            locations.isComplete(),
                            overwritten == Long.MIN_VALUE
                                    ? null
                                    : Instant.ofEpochMilli(overwritten).toString()))
                    .onComplete(done);
        }

        /** Returns the names of the exchanges' route policies, by generation. */
        private static Map<Long, Set<String>> routesOf(List<ExchangeHits.Hit> hits) {
            Map<Long, Set<String>> routes = new TreeMap<>();
            for (ExchangeHits.Hit hit : hits) {
                RecordKey key = RecordKey.read(new ByteReader(hit.bytes(), 0));
                if (!key.routePolicy().isEmpty()) {
                    routes.computeIfAbsent(key.generation(), _ -> new HashSet<>())
                            .add(key.routePolicy());
                }
            }
            return routes;
        }
    }
}
