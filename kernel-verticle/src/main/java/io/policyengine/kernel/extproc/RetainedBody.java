package io.policyengine.kernel.extproc;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A request's body as it went upstream, for policies of the response phase. It is counted in {@code limits.max_buffered_bytes} for as
 * long as it is held: until the last of these policies has run, or the exchange is over.
 *
 * @param holds give back what it holds of the budget
 */
record RetainedBody(Buffer body, List<Runnable> holds) {
    /** Gives back what it holds of the budget; once is enough. */
    void release() {
        holds.forEach(Runnable::run);
    }
}
