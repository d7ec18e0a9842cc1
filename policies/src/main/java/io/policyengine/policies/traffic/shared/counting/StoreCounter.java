package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Counts each request in a store. The clocks of the store and of this instance may differ so much that the store's time
 * is in none of the given calendar windows. Then the operation is repeated once, and the difference of the clocks is
 * remembered. Thread-safe.
 */
final class StoreCounter implements LimitCounter {
    private final Limits limits;
    private final Store store;
    private final InstantSource clock;

    /** The store's clock minus the clock of this instance, in microseconds; 0 until an operation has been repeated. */
    private volatile long ahead;

    StoreCounter(Limits limits, Store store, InstantSource clock) {
        this.limits = limits;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Future<Tally> count(Call call, LimitedRequest limitedRequest) {
        return counted(() -> store.run(call, charge(limitedRequest)));
    }

    @Override
    public Future<Tally> look(LimitedRequest limitedRequest) {
        return counted(() -> store.run(charge(limitedRequest)));
    }

    /** Settles a reservation that this counter made; the result is false if the reservation was settled before. */
    Future<Boolean> settle(Reservation reservation, long[] taken) {
        return store.run(settlement(reservation, taken)).compose(result -> {
            if (result.isDone()) {
                return Future.succeededFuture(result.isFirst());
            }
            ahead = result.now() - micros();
            return store.run(settlement(reservation, taken))
                    .compose(again -> again.isDone() ? Future.succeededFuture(again.isFirst()) : unsteadyClock());
        });
    }

    private Settlement settlement(Reservation reservation, long[] taken) {
        return new Settlement(limits, reservation, taken, store.isShared(), micros() + ahead);
    }

    private <T> Future<T> unsteadyClock() {
        return Future.failedFuture(new StoreException(
                StoreException.Kind.MALFORMED, store.name(), "its clock changes between operations"));
    }

    private Future<Tally> counted(Supplier<Future<Tally>> question) {
        Future<Tally> first = question.get();
        if (first.succeeded() && first.result().isCounted()) {
            return first;
        }
        return first.compose(tally -> tally.isCounted() ? first : askedAgain(tally.now, question));
    }

    private Future<Tally> askedAgain(long storeTime, Supplier<Future<Tally>> question) {
        ahead = storeTime - micros();
        return question.get().compose(tally -> tally.isCounted() ? Future.succeededFuture(tally) : unsteadyClock());
    }

    private Charge charge(LimitedRequest limitedRequest) {
        return new Charge(limits, limitedRequest, CountingStep.NOTHING, micros() + ahead);
    }

    private long micros() {
        return clock.millis() * 1000;
    }
}
