package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy.Place;
import io.policyengine.policies.traffic.shared.limit.Seconds;
import io.vertx.core.Future;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits on amounts that are known only after the response: reserved before, and settled after. Thread-safe.
 *
 * <p>A settlement that the store does not accept is sent again, at most {@value #ATTEMPTS} times in a minute; at most
 * {@value #MAX_WAITING} wait at a time. If it is given up, the reservation stays charged, as does one whose reply was
 * lost.
 */
public final class Reserves {
    /** Maximum number of times that a settlement is sent. */
    static final int ATTEMPTS = 7;

    /** Maximum number of settlements that wait to be sent again. */
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Reserves.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final Limits limits;
    private final StoreCounter counter;
    private final Limits shares;
    private final StoreCounter substitute;
    private final PolicyEnvironment environment;
    private final Capacity waiting = new Capacity(MAX_WAITING);

    /**
     * The result of a reservation.
     *
     * @param limits that were checked
     * @param asked keys and amounts
     * @param tally afterwards
     * @param reservation the charge; invalid if a limit denies
     */
    public record Reserved(Limits limits, LimitedRequest asked, Tally tally, Reservation reservation) {
        /** Returns the limit that denies, or -1. */
        public int denying() {
            return limits.firstThatDenies(tally);
        }

        /** Returns whether the limit had not enough left. */
        public boolean isOver(int limit) {
            return tally.isOver(limit);
        }

        /** Returns the percentage of a limit that is used, if the request is charged to it; else 0. */
        public int percentUsed(int limit) {
            long most = limits.get(limit).most();
            return reservation.parts().get(limit).amount() == 0
                    ? 0
                    : (int) (100.0 * (most - limits.remaining(limit, tally)) / most);
        }

        /** Returns the seconds until the denying limit would admit the request, at least 1. */
        public long secondsToWait() {
            return Math.max(1, Seconds.ofMicros(limits.waitMicros(denying(), tally, asked)));
        }
    }

    /**
     * Creates the limits.
     *
     * @param shares limits for each instance alone, which apply while the store fails
     * @throws io.policyengine.core.policy.InvalidParamsException if the store is unknown
     */
    public Reserves(Limits limits, Limits shares, Place place, PolicyEnvironment environment) {
        this.limits = limits;
        this.counter = new StoreCounter(limits, place.store(limits, environment), environment.clock());
        this.shares = shares;
        this.substitute = new StoreCounter(shares, place.local(shares, environment), environment.clock());
        this.environment = environment;
    }

    /**
     * Reserves the amounts of a request, unless a limit denies them.
     *
     * @return fails with {@link StoreException}
     */
    public Future<Reserved> reserve(Call call, LimitedRequest asked) {
        return counter.count(call, asked).map(tally -> reserved(limits, asked, tally, false));
    }

    /** Reserves in this process only, while the store fails. */
    public Future<Reserved> reserveHere(Call call, LimitedRequest asked) {
        return substitute.count(call, asked).map(tally -> reserved(shares, asked, tally, true));
    }

    private Reserved reserved(Limits those, LimitedRequest asked, Tally tally, boolean isSubstitute) {
        return new Reserved(those, asked, tally, Reservation.of(environment.newId(), isSubstitute, asked, tally));
    }

    /**
     * Replaces the reserved charge by the actual one.
     *
     * @param taken actual amounts of each limit; all 0 to release the reservation
     * @return true if this changed anything, false if it was settled before; fails once it is given up
     */
    public Future<Boolean> settle(Reservation reservation, long[] taken) {
        return settle(reservation, taken, 1);
    }

    private Future<Boolean> settle(Reservation reservation, long[] taken, int attempt) {
        StoreCounter counted = reservation.isSubstitute() ? substitute : counter;
        return counted.settle(reservation, taken).recover(failure -> {
            if (attempt == ATTEMPTS || !waiting.tryTake(1)) {
                LOG.warn("a reservation stays charged, since it cannot be settled: {}", failure.getMessage());
                return Future.failedFuture(failure);
            }
            return environment
                    .after(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)))
                    .compose(_ -> {
                        waiting.give(1);
                        return settle(reservation, taken, attempt + 1);
                    });
        });
    }
}
