package io.policyengine.kernel.reload;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** Work with files and long texts, on the threads that may block. */
public final class OffLoop {
    private OffLoop() {}

    /** The result, which is never null, on the caller's event loop. */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> call(Vertx vertx, Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }
}
