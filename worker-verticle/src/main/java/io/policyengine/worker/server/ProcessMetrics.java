package io.policyengine.worker.server;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.Exposition;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of this process, for kernels. They are rendered outside the event loops, one text at a time. Kernels that
 * ask while a text is being rendered get this text. Thread-safe.
 */
final class ProcessMetrics {
    private final Vertx vertx;
    private final EngineRegistry registry;
    private final AtomicReference<@Nullable Promise<Buffer>> current = new AtomicReference<>();

    ProcessMetrics(Vertx vertx, EngineRegistry registry) {
        this.vertx = vertx;
        this.registry = registry;
    }

    /** Returns the metrics in Prometheus' text format. The future completes on any thread. */
    Future<Buffer> read() {
        Promise<Buffer> fresh = Promise.promise();
        Promise<Buffer> running = current.compareAndExchange(null, fresh);
        if (running != null) {
            return running.future();
        }
        OffLoop.call(vertx, () -> registry.expose(Exposition.TEXT).content()).onComplete(written -> {
            current.set(null);
            fresh.handle(written);
        });
        return fresh.future();
    }
}
