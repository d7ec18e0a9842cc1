package io.policyengine.admin.api;

import io.policyengine.core.async.SerialQueue;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * The requests that build trees of the whole configuration: one after another, since each takes as much heap as a
 * reload. At most {@link #MAX_WAITING} wait; others must retry. Overrides, rollbacks and reloads, which operators need
 * in emergencies, are exempt. Confined to the kernel's event loop.
 */
final class ConfigWork {
    static final int MAX_WAITING = 8;

    private final SerialQueue queue = new SerialQueue();
    private int asked;

    /**
     * Begins the work when the work before it is over.
     *
     * @throws ApiProblem if too much waits already
     */
    <T> Future<T> run(Supplier<Future<T>> work) {
        if (asked > MAX_WAITING) {
            throw new ApiProblem(
                    ApiProblem.Code.BUSY,
                    MAX_WAITING
                            + " requests already wait for the configuration to be checked for those before them: send"
                            + " it again");
        }
        asked++;
        return queue.run(work).onComplete(_ -> asked--);
    }
}
