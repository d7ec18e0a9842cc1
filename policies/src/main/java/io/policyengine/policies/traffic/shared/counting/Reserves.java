package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy.CountStore;
import io.policyengine.policies.traffic.shared.limit.Seconds;
import io.vertx.core.Future;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies limits to amounts that are known only after the response. An amount is reserved before the request, and
 * corrected (settled) after the response. Thread-safe.
 *
 * <p>If the store fails, a settlement is sent at most {@value #ATTEMPTS} times within a minute. At most
 * {@value #MAX_WAITING} settlements wait to be sent again. If no attempt succeeds, or if the reply to a reservation is
 * lost, the reservation stays charged.
 */
public final class Reserves {
    /** Maximum number of times that the settlement of a reservation is sent to the store. */
    static final int ATTEMPTS = 7;

    /** Maximum number of settlements of reservations that wait to be sent to the store again. */
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Reserves.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final Limits limits;
    private final StoreCounter counter;
    private final Limits shares;
    private final StoreCounter substitute;
    private final PolicyEnvironment environment;
    /** The capacity for settlements that wait to be sent to the store again. */
    private final Capacity waiting = new Capacity(MAX_WAITING);

    /**
     * The result of a reservation.
     *
     * @param limits the checked limits
     * @param asked keys and amounts
     * @param tally counts after the reservation
     * @param reservation the charge; not valid if a limit denies the request
     */
    public record Reserved(Limits limits, LimitedRequest asked, Tally tally, Reservation reservation) {
        /** Returns the index of the limit that denies the request, or -1. */
        public int denying() {
            return limits.firstThatDenies(tally);
        }

        /** Returns whether the remaining amount of a limit was too small for the request. */
        public boolean isOver(int limit) {
            return tally.isOver(limit);
        }

        /** Returns the use of a limit, in percent; 0 if the request is not charged to the limit. */
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
     * Creates the limits and their access to the store.
     *
     * @param shares limits of each instance, which apply while the store fails
     * @throws io.policyengine.core.policy.InvalidParamsException if the store is unknown
     */
    public Reserves(Limits limits, Limits shares, CountStore place, PolicyEnvironment environment) {
        this.limits = limits;
        this.counter = new StoreCounter(limits, place.store(limits, environment), environment.clock());
        this.shares = shares;
        this.substitute = new StoreCounter(shares, place.local(shares, environment), environment.clock());
        this.environment = environment;
    }

    /**
     * Reserves the amounts of a request, unless a limit denies the request.
     *
     * @return the result; fails with {@link StoreException} if the store does
     */
    public Future<Reserved> reserve(Call call, LimitedRequest asked) {
        return counter.count(call, asked).map(tally -> reserved(limits, asked, tally, false));
    }

    /** Reserves the amounts of a request in this process instead of the store. Used while the store fails. */
    public Future<Reserved> reserveHere(Call call, LimitedRequest asked) {
        return substitute.count(call, asked).map(tally -> reserved(shares, asked, tally, true));
    }

    private Reserved reserved(Limits those, LimitedRequest asked, Tally tally, boolean isSubstitute) {
        return new Reserved(those, asked, tally, Reservation.of(environment.newId(), isSubstitute, asked, tally));
    }

    /**
     * Replaces the reserved amounts by the actual amounts.
     *
     * @param taken actual amount for each limit; all 0 to release the reservation
     * @return true if the counts changed, false if the reservation was settled before; fails if no attempt succeeds
     */
    public Future<Boolean> settle(Reservation reservation, long[] taken) {
        return settle(reservation, taken, 1);
    }

    private Future<Boolean> settle(Reservation reservation, long[] taken, int attempt) {
        StoreCounter counted = reservation.isSubstitute() ? substitute : counter;
        return counted.settle(reservation, taken).recover(failure -> {
            if (attempt == ATTEMPTS || !waiting.tryTake(1)) {
                LOG.warn(
                        "the reserved use of a request could not be corrected in the store, so it stays charged to the "
                                + "client's limits: {}",
                        failure.getMessage());
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
