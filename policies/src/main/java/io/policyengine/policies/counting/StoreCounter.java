package io.policyengine.policies.counting;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Store;
import io.vertx.core.Future;
import java.time.InstantSource;

/**
 * Counts each request in a store.
 *
 * @param clock that goes about as the store's
 */
record StoreCounter(Limits limits, Store store, InstantSource clock) implements Counter {
    @Override
    public Future<Tally> count(Call call, Asked asked) {
        return store.run(call, charge(asked));
    }

    @Override
    public Future<Tally> look(Asked asked) {
        return store.run(charge(asked));
    }

    private Charge charge(Asked asked) {
        return new Charge(limits, asked, Step.NOTHING, clock.millis() * 1000);
    }
}
