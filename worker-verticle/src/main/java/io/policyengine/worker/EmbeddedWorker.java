package io.policyengine.worker;

import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;

/**
 * A worker in the kernel's process. Calls run on the caller's event loop, without a socket. The worker is never lost.
 */
public final class EmbeddedWorker implements WorkerConnector {
    private final LocalWorker worker;
    private final Runnable closed;

    /** Creates a connector that owns the worker: closing the connector closes the worker. */
    public EmbeddedWorker(LocalWorker worker) {
        this(worker, () -> {});
    }

    /**
     * Creates a connector that owns the worker.
     *
     * @param closed called when the worker begins to close
     */
    public EmbeddedWorker(LocalWorker worker, Runnable closed) {
        this.worker = worker;
        this.closed = closed;
    }

    @Override
    public String address() {
        return "embedded";
    }

    @Override
    public Future<WorkerControl> connect(Runnable lost) {
        return Future.succeededFuture(worker);
    }

    @Override
    public WorkerLink link() {
        return worker.link();
    }

    @Override
    public Future<Void> close() {
        closed.run();
        return worker.close();
    }
}
