package io.policyengine.admin.api;

import io.policyengine.core.async.SerialQueue;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Runs, one at a time, the requests that build trees of the whole configuration, because each takes as much heap as a
 * reload. At most {@link #MAX_WAITING} requests wait; further ones are refused as busy. Overrides, rollbacks and
 * reloads, which operators need in emergencies, are exempt. Confined to the kernel's event loop.
 */
final class ConfigWork {
    /** Maximum requests that wait while another request builds trees of the configuration. */
    static final int MAX_WAITING = 8;

    private final SerialQueue queue = new SerialQueue();
    private int asked;

    /** Runs work after all earlier work; throws {@link ApiProblem} if too many requests wait. */
    <T> Future<T> run(Supplier<Future<T>> work) {
        if (asked > MAX_WAITING) {
            throw new ApiProblem(
                    ApiProblem.Code.BUSY,
                    MAX_WAITING + " requests already wait for checks of the configuration: try again later");
        }
        asked++;
        return queue.run(work).onComplete(_ -> asked--);
    }
}
