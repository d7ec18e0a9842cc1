package io.policyengine.admin.api;

import io.policyengine.core.async.SerialQueue;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Runs requests that parse the whole configuration, one at a time, because each takes as much heap as a reload. At most
 * {@link #MAX_WAITING} requests wait; further ones are refused as busy. Overrides, rollbacks and reloads are exempt,
 * because operators need them in emergencies. Confined to the kernel's event loop.
 */
final class ConfigWork {
    /** Maximum number of requests that wait while another request parses the whole configuration. */
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
