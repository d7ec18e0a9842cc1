package io.policyengine.policies.traffic.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.lookup.CallerContext;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.PolicyEnvironment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The running fetches (flights). For each key, one request leads: it fetches the response for which others wait. The
 * number of waiting requests and their waiting time are bounded. If the leader takes longer than the waiting time,
 * another request may lead as well.
 */
final class Flights {
    /**
     * Maximum number of remembered resources whose last response was of no use to waiting requests. Requests for these
     * resources do not wait for each other.
     */
    private static final int REMEMBERED = 10_000;

    /** Time for which the cache remembers that a resource's response was of no use to waiting requests. */
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(10);

    private final PolicyEnvironment env;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final Capacity waiting = Capacity.open();
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

    /** A request that waits for a response fetched by another. */
    private static final class Waiter {
        private final Promise<Optional<Flight>> promise;
        private final boolean mayLead;
        private volatile Flight awaited;

        private Waiter(Promise<Optional<Flight>> promise, boolean mayLead, Flight awaited) {
            this.promise = promise;
            this.mayLead = mayLead;
            this.awaited = awaited;
        }

        private void goOn() {
            promise.tryComplete(Optional.empty());
        }
    }

    final class Flight implements Fetch.Flight {
        private final String key;
        private final long startedAt = env.ticker().nanoTime();
        private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
        private volatile boolean isOver;

        private Flight(String key) {
            this.key = key;
        }

        /** Ends the flight with a response: the waiting requests look it up in the store. Idempotent. */
        @Override
        public void land(boolean isStored) {
            if (!isStored && !isOver) {
                notStored.put(key, true);
            }
            end();
        }

        /** Ends the flight without a response: one of the waiting requests becomes the leader. */
        @Override
        public void crash() {
            if (isOver) {
                return;
            }
            Flight next = new Flight(key);
            if (!waiters.isEmpty() && flights.replace(key, this, next)) {
                isOver = true;
                waiters.forEach(next::takeOver);
                waiters.clear();
                next.chooseLead();
            }
            end();
        }

        private void takeOver(Waiter waiter) {
            waiter.awaited = this;
            waiters.add(waiter);
        }

        private void chooseLead() {
            for (Waiter waiter : waiters) {
                if (waiter.mayLead && waiter.promise.tryComplete(Optional.of(this))) {
                    return;
                }
            }
            end();
        }

        private void end() {
            isOver = true;
            flights.remove(key, this);
            waiters.forEach(Waiter::goOn);
            waiters.clear();
        }
    }

    /**
     * Returns whether waiting requests could not use a recent response for the key, so that no request should wait for
     * the next one.
     */
    boolean isHopeless(String key) {
        return notStored.getIfPresent(key) != null;
    }

    /** Returns whether a response for the key is being fetched, and has been for less than {@code atMost}. */
    boolean isUnderWay(String key, Duration atMost) {
        Flight flight = flights.get(key);
        return flight != null && !isLate(flight, atMost);
    }

    /**
     * Creates a flight that the caller leads; returns null if another request has led one for the key for less than
     * {@code atMost}.
     */
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
     * Returns a future that completes when the flight for the key ends, when {@code atMost} has passed, or when the
     * call is cancelled.
     *
     * @param mayLead true if the request may fetch the response for others if the leader ends without one
     * @return a future with the flight that the request must lead from now on, or empty; null if there is no flight to
     *     wait for, or too many requests wait
     */
    @Nullable
    Future<Optional<Flight>> join(String key, Call call, Duration atMost, int maxWaiting, boolean mayLead) {
        Flight flight = flights.get(key);
        if (flight == null || !waiting.tryTakeWithin(1, maxWaiting)) {
            return null;
        }
        Waiter waiter = new Waiter(Promise.promise(), mayLead, flight);
        flight.waiters.add(waiter);
        if (flight.isOver) {
            waiter.goOn();
        }
        Cancellation.Listening listening = call.cancellation().onCancel(waiter::goOn);
        env.after(atMost).onComplete(_ -> waiter.goOn());
        return CallerContext.deliver(waiter.promise.future()).onComplete(_ -> {
            listening.end();
            waiter.awaited.waiters.remove(waiter);
            waiting.give(1);
        });
    }

    int waiting() {
        return (int) waiting.taken();
    }

    int underWay() {
        return flights.size();
    }

    long remembered() {
        notStored.cleanUp();
        return notStored.estimatedSize();
    }
}
