package io.policyengine.kernel.admin.api;

import io.policyengine.core.async.SerialQueue;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * The requests that take trees of the whole configuration: one after another, since each takes as much of the heap as a reload. At most
 * {@link #MAX_WAITING} wait; the others are told to come again. Overrides, rollbacks and reloads, by which operators get out of trouble,
 * are not among them. Belongs to the kernel's event loop.
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
