package io.policyengine.policies.traffic.faultinjection;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StoppedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/**
 * Delays requests: at most {@code maxActiveFaults} at the same time, none for longer than its call may take. A
 * cancelled request ends immediately, but is counted until its timer fires, so that clients cannot create more timers
 * by disconnecting.
 */
final class Delays {
    /** The minimum time that must remain to a call after its delay. */
    static final Duration MARGIN = Duration.ofMillis(20);

    private final PolicyEnvironment env;
    /** The capacity for requests that are delayed at the same time. */
    private final Capacity active;

    Delays(int maxActiveFaults, PolicyEnvironment env) {
        this.active = new Capacity(maxActiveFaults);
        this.env = env;
    }

    /**
     * Returns a future that completes after the delay, or immediately if too many requests wait or no time is left. The
     * future fails when the call is cancelled.
     */
    Future<Void> delay(Call call, Duration delay) {
        long left = call.deadlineNanos() - env.ticker().nanoTime() - MARGIN.toNanos();
        long nanos = Math.min(delay.toNanos(), left);
        if (nanos <= 0 || !active.tryTake(1)) {
            return Future.succeededFuture();
        }
        Promise<Void> over = Promise.promise();
        Cancellation.Listening listening = call.cancellation().onCancel(() -> over.tryFail(new StoppedException()));
        env.after(Duration.ofNanos(nanos)).onComplete(_ -> {
            active.give(1);
            listening.end();
            over.tryComplete();
        });
        return over.future();
    }

    int active() {
        return (int) active.taken();
    }
}
