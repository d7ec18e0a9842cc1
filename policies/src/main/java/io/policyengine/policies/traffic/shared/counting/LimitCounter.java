package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.policy.Call;
import io.vertx.core.Future;

/** A counter of requests. Thread-safe; fails with {@link io.policyengine.core.store.StoreException}. */
interface LimitCounter {
    /** Counts a request, unless a limit denies it. */
    Future<Tally> count(Call call, LimitedRequest limitedRequest);

    /** Returns the current counts, and counts nothing. */
    Future<Tally> look(LimitedRequest limitedRequest);

    /** Ends the background work. */
    default void close() {}
}
