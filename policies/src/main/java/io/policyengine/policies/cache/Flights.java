package io.policyengine.policies.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.PolicyEnvironment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are being fetched: for each, one request leads and others wait. Bounded in three ways: no more wait at once than are allowed,
 * none longer than is allowed, and a lead that takes longer than that is followed by another. There are no more leads than exchanges.
 */
final class Flights {
    /** Resources whose answers were not stored, and for which nobody waits for a while. */
    private static final int REMEMBERED = 10_000;

    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(10);

    private final PolicyEnvironment env;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Cache<String, Boolean> notStored;

    Flights(PolicyEnvironment env) {
        this.env = env;
        this.notStored = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(REMEMBERED_FOR)
                .executor(Runnable::run)
                .ticker(env.ticker()::nanoTime)
                .build();
    }

    /** An answer that is being fetched. */
    final class Flight implements Fetch.Flight {
        private final String key;
        private final long startedAt = env.ticker().nanoTime();
        private final Set<Promise<Void>> waiters = ConcurrentHashMap.newKeySet();
        private volatile boolean isOver;

        private Flight(String key) {
            this.key = key;
        }

        /** It is there, or will not come; once is enough. */
        @Override
        public void land(boolean isStored) {
            isOver = true;
            flights.remove(key, this);
            if (!isStored) {
                notStored.put(key, true);
            }
            tellAll();
        }

        /** The exchange has ended without an answer from which anybody could learn. */
        @Override
        public void crash() {
            isOver = true;
            flights.remove(key, this);
            tellAll();
        }

        private void tellAll() {
            waiters.forEach(Promise::tryComplete);
            waiters.clear();
        }
    }

    /** True if answers for the key were not stored lately: nobody waits for one. */
    boolean isHopeless(String key) {
        return notStored.getIfPresent(key) != null;
    }

    /** True if an answer for the key is on its way. */
    boolean isUnderWay(String key, Duration atMost) {
        Flight flight = flights.get(key);
        return flight != null && !isLate(flight, atMost);
    }

    /** Leads, unless another does. */
    @Nullable
    Flight lead(String key, Duration atMost) {
        Flight mine = new Flight(key);
        Flight leads = flights.compute(key, (_, other) -> other == null || isLate(other, atMost) ? mine : other);
        return mine.equals(leads) ? mine : null;
    }

    private boolean isLate(Flight flight, Duration atMost) {
        return env.ticker().nanoTime() - flight.startedAt >= atMost.toNanos();
    }

    /**
     * Completes when the flight for the key is over, the time is, or the call is cancelled.
     *
     * @return null if there is none, or too many wait already
     */
    @Nullable
    Future<Void> join(String key, Call call, Duration atMost, int maxWaiting) {
        Flight flight = flights.get(key);
        if (flight == null || !takePlace(maxWaiting)) {
            return null;
        }
        ContextInternal own = ContextInternal.current();
        Promise<Void> promise = own == null ? Promise.promise() : own.promise();
        flight.waiters.add(promise);
        if (flight.isOver) {
            promise.tryComplete();
        }
        Cancellation.Listening listening = call.cancellation().onCancel(promise::tryComplete);
        env.after(atMost).onComplete(_ -> promise.tryComplete());
        return promise.future().onComplete(_ -> {
            listening.end();
            flight.waiters.remove(promise);
            waiting.decrementAndGet();
        });
    }

    private boolean takePlace(int max) {
        int taken = waiting.get();
        while (taken < max) {
            if (waiting.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = waiting.get();
        }
        return false;
    }

    /** Those who wait. */
    int waiting() {
        return waiting.get();
    }

    /** Answers that are being fetched. */
    int underWay() {
        return flights.size();
    }

    /** Resources that are remembered as not stored. */
    long remembered() {
        notStored.cleanUp();
        return notStored.estimatedSize();
    }
}
