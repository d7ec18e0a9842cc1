package io.policyengine.admin.stats;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.metrics.Distribution;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Live figures of the chain entries of all workers, computed from the records of exchanges. Entries are counted only
 * for {@link #WATCHED} after each query. Each event loop counts at most {@value #MAX_ROUTES} routes of one generation
 * and {@value #MAX_POLICIES} policies, without locks. A query adds up the counts of all loops.
 */
public final class EntryFigures implements ExchangeObservers {
    /** The time for which entries are still counted after the last query. */
    static final Duration WATCHED = Duration.ofSeconds(30);

    /** Maximum routes of one generation that an event loop counts for live figures. */
    static final int MAX_ROUTES = 500;

    /** Maximum policies that an event loop counts for live figures. */
    static final int MAX_POLICIES = 1_000;

    private final Ticker ticker;
    private final List<OnLoop> loops = new CopyOnWriteArrayList<>();
    private final AtomicLong watchedUntil;
    /** The start of the counting. Counting begins again with the first query after a time without queries. */
    private volatile long watchedSince;

    /** Creates the figures of chain entries, without counts. Counting starts with the first query. */
    public EntryFigures(Ticker ticker) {
        this.ticker = ticker;
        this.watchedSince = ticker.nanoTime();
        this.watchedUntil = new AtomicLong(watchedSince);
    }

    @Override
    public List<ExchangeObserver> onLoop(Vertx vertx) {
        OnLoop loop = new OnLoop();
        loops.add(loop);
        return List.of(loop);
    }

    /** Starts the counting, or prolongs it, because figures were queried. */
    void watch() {
        long now = ticker.nanoTime();
        if (now - watchedUntil.get() >= 0) {
            watchedSince = now;
        }
        watchedUntil.set(now + WATCHED.toNanos());
    }

    Map<String, MeterFigures> policies() {
        Map<String, MeterFigures> all = new HashMap<>();
        for (OnLoop loop : loops) {
            loop.policies.forEach((name, counts) -> counts.addTo(all.computeIfAbsent(name, _ -> new MeterFigures())));
        }
        return all;
    }

    Map<Position, MeterFigures> entries(String route) {
        Map<Position, MeterFigures> all = new HashMap<>();
        for (OnLoop loop : loops) {
            if (loop.isCurrent()) {
                loop.routes
                        .getOrDefault(route, Map.of())
                        .forEach((place, counts) -> counts.addTo(all.computeIfAbsent(place, _ -> new MeterFigures())));
            }
        }
        return all;
    }

    /**
     * Returns for how long entries have been counted: since queries began, or since the latest generation became
     * active.
     */
    Duration counted() {
        long since = loops.stream()
                .filter(OnLoop::isCurrent)
                .mapToLong(loop -> loop.generationSince)
                .min()
                .orElse(watchedSince);
        return Duration.ofNanos(ticker.nanoTime() - since);
    }

    /** The place of an entry in the chains of a route. */
    record Position(ChainPart part, String entry, String policy) {}

    /** The counts of chain entries on one event loop, which is their only writer. */
    private final class OnLoop implements ExchangeObserver {
        private final Map<String, Map<Position, Counts>> routes = new ConcurrentHashMap<>();
        private final Map<String, Counts> policies = new ConcurrentHashMap<>();
        private long generation = -1;
        /** The start of the counting ({@code watchedSince}) to which this loop's counts of routes belong. */
        private volatile long countedSince;
        /** The start of the counting, or the start of the generation whose routes are counted, whichever is later. */
        private volatile long generationSince;

        OnLoop() {
            countedSince = watchedSince;
            generationSince = watchedSince;
        }

        boolean isCurrent() {
            return countedSince == watchedSince;
        }

        @Override
        public boolean wants(ObservabilityConfig settings) {
            return ticker.nanoTime() - watchedUntil.getOpaque() < 0;
        }

        @Override
        public void ended(ExchangeRecord record) {
            boolean isNewer = record.generation() > generation;
            if (isNewer || !isCurrent()) {
                routes.clear();
                generationSince = isNewer && isCurrent() && generation >= 0 ? ticker.nanoTime() : watchedSince;
                generation = Math.max(generation, record.generation());
                countedSince = watchedSince;
            }
            Map<Position, Counts> route = route(record.configuredRoute());
            List<CallRecord> calls = record.calls();
            for (EntryRecord entry : record.entries()) {
                if (entry.verdict() != EntryVerdict.NOT_REACHED) {
                    policy(entry);
                }
                if (route != null && entry.call() >= 0) {
                    Position place = new Position(calls.get(entry.call()).part(), entry.name(), entry.policy());
                    route.computeIfAbsent(place, _ -> new Counts(false)).add(entry);
                }
            }
        }

        private @Nullable Map<Position, Counts> route(String name) {
            Map<Position, Counts> known = routes.get(name);
            if (known != null || name.isEmpty() || routes.size() >= MAX_ROUTES) {
                return known;
            }
            Map<Position, Counts> made = new ConcurrentHashMap<>();
            routes.put(name, made);
            return made;
        }

        private void policy(EntryRecord entry) {
            Counts counts = policies.get(entry.policy());
            if (counts == null) {
                if (policies.size() >= MAX_POLICIES) {
                    return;
                }
                counts = new Counts(true);
                policies.put(entry.policy(), counts);
            }
            counts.add(entry);
        }
    }

    /** Counts that one thread writes and any thread may read. */
    private static final class Counts {
        private static final List<EntryVerdict> VERDICTS = List.of(EntryVerdict.values());
        /** The number of buckets per doubling of a duration, as in the meters. The buckets cover 1 µs to 64 s. */
        private static final int PARTS = 8;

        private static final int LOWEST = -20 * PARTS;
        private static final int BUCKETS = 26 * PARTS + 1;

        private final AtomicLongArray verdicts = new AtomicLongArray(VERDICTS.size());
        private final AtomicLongArray buckets;
        private final AtomicLong nanos = new AtomicLong();

        Counts(boolean withDurations) {
            buckets = new AtomicLongArray(withDurations ? BUCKETS : 0);
        }

        void add(EntryRecord entry) {
            increment(verdicts, VERDICTS.indexOf(entry.verdict()));
            long took = entry.took();
            if (took >= 0 && buckets.length() > 0) {
                double place = Math.ceil(Math.log(Math.max(1, took) / 1e9) / Math.log(2) * PARTS);
                increment(buckets, (int) Math.clamp(place - LOWEST, 0, BUCKETS - 1));
                nanos.setRelease(nanos.getPlain() + took);
            }
        }

        private static void increment(AtomicLongArray numbers, int place) {
            numbers.setRelease(place, numbers.getPlain(place) + 1);
        }

        void addTo(MeterFigures figures) {
            for (int i = 0; i < VERDICTS.size(); i++) {
                long count = verdicts.getAcquire(i);
                if (count > 0) {
                    figures.add(VERDICTS.get(i).label(), (double) count);
                }
            }
            NavigableMap<Double, Long> seen = new TreeMap<>();
            long all = 0;
            for (int i = 0; i < buckets.length(); i++) {
                long count = buckets.getAcquire(i);
                if (count > 0) {
                    seen.put(Math.pow(2, (i + LOWEST) / (double) PARTS), count);
                    all += count;
                }
            }
            figures.durations = figures.durations.and(new Distribution(all, nanos.getAcquire() / 1e9, seen));
        }
    }
}
