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
 * Limits on amounts that are known only when a request has been answered: they are reserved before, and settled after. Thread-safe.
 *
 * <p>A settlement that the store does not take is sent again, {@value #ATTEMPTS} times in a minute at most; {@value #MAX_WAITING} wait at a time.
 * One that is given up leaves the reservation charged. A reservation whose reply was lost stays charged as well.
 */
public final class Reserves {
    /** Times that a settlement is sent. */
    static final int ATTEMPTS = 7;

    /** Settlements that wait to be sent again. */
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
     * The result of asking for room.
     *
     * @param limits that were asked
     * @param asked of them
     * @param tally afterwards
     * @param reservation what was charged: nothing if a limit denies
     */
    public record Reserved(Limits limits, LimitedRequest asked, Tally tally, Reservation reservation) {
        /** The limit that denies; -1 if none does. */
        public int denying() {
            return limits.firstThatDenies(tally);
        }

        /** True if the limit had not enough left. */
        public boolean isOver(int limit) {
            return tally.isOver(limit);
        }

        /** The part of a limit that is used, if the request is charged to it; else 0. */
        public int percentUsed(int limit) {
            long most = limits.get(limit).most();
            return reservation.parts().get(limit).amount() == 0
                    ? 0
                    : (int) (100.0 * (most - limits.remaining(limit, tally)) / most);
        }

        /** Seconds until the limit that denies would not any more, at least 1. */
        public long secondsToWait() {
            return Math.max(1, Seconds.ofMicros(limits.waitMicros(denying(), tally, asked)));
        }
    }

    /**
     * Reserves.
     *
     * @param shares limits for each instance by itself, for while the store fails
     * @throws io.policyengine.core.policy.InvalidParamsException if there is no such store
     */
    public Reserves(Limits limits, Limits shares, Place place, PolicyEnvironment environment) {
        this.limits = limits;
        this.counter = new StoreCounter(limits, place.store(limits, environment), environment.clock());
        this.shares = shares;
        this.substitute = new StoreCounter(shares, place.local(shares, environment), environment.clock());
        this.environment = environment;
    }

    /**
     * Reserves what a request asks for, if no limit denies it.
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
     * Charges what was taken in place of what was reserved.
     *
     * @param taken amounts of each limit; all 0 to release the reservation
     * @return true if that changed anything: false for one that had been settled before; fails once it is given up
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
