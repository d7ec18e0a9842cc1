package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.policy.Call;
import io.vertx.core.Future;

/** Counts requests against limits. Thread-safe; fails with {@link io.policyengine.core.store.StoreException}. */
interface LimitCounter {
    /** Counts a request, unless a limit denies it. */
    Future<Tally> count(Call call, LimitedRequest limitedRequest);

    /** Returns the current counts, without counting a request. */
    Future<Tally> look(LimitedRequest limitedRequest);

    /** Ends the background work of this counter. */
    default void close() {}
}
