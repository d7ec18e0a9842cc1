package io.policyengine.worker.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.worker.LocalWorker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of a worker process, which kernels call by gRPC on a Unix domain socket. */
public final class WorkerServer {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerServer.class);

    private static final Duration ORPHANS_GRACE = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final LocalWorker worker;
    private final WorkerSocket socket;
    private final int eventLoops;
    private final long maxBufferedBytes;
    private final LongAdder heldBytes = new LongAdder();
    private final Counter streamFailures;
    private final QueueMeters calls;
    private final @Nullable ProcessMetrics metrics;
    private final ChainOwners owners;
    private final List<ServerLoop> loops = new CopyOnWriteArrayList<>();
    private volatile @Nullable String deployment;
    private volatile UnixSocket.@Nullable Bound bound;

    /**
     * Creates a server that owns and closes the worker. The size of the heap limits the bytes of calls.
     *
     * @param socket its address and permissions
     * @param eventLoops number of serving event loops
     */
    public WorkerServer(Vertx vertx, LocalWorker worker, WorkerSocket socket, int eventLoops, MeterRegistry meters) {
        this(vertx, worker, socket, eventLoops, meters, ORPHANS_GRACE);
    }

    /** Creates a server. After {@code orphansGrace}, the chains of a disconnected kernel are released. */
    public WorkerServer(
            Vertx vertx,
            LocalWorker worker,
            WorkerSocket socket,
            int eventLoops,
            MeterRegistry meters,
            Duration orphansGrace) {
        this(
                vertx,
                worker,
                socket,
                eventLoops,
                meters,
                MemoryPlan.HERE.maxBufferedBytes(0, worker.options().maxConcurrentRequests()),
                orphansGrace);
    }

    /**
     * Creates a server with this maximum for the bytes of calls.
     *
     * @param maxBufferedBytes maximum bytes of messages and answers on all event loops together
     */
    public WorkerServer(
            Vertx vertx,
            LocalWorker worker,
            WorkerSocket socket,
            int eventLoops,
            MeterRegistry meters,
            long maxBufferedBytes) {
        this(vertx, worker, socket, eventLoops, meters, maxBufferedBytes, ORPHANS_GRACE);
    }

    private WorkerServer(
            Vertx vertx,
            LocalWorker worker,
            WorkerSocket socket,
            int eventLoops,
            MeterRegistry meters,
            long maxBufferedBytes,
            Duration orphansGrace) {
        this.vertx = vertx;
        this.worker = worker;
        this.socket = socket;
        this.eventLoops = eventLoops;
        this.owners = new ChainOwners(vertx, worker, orphansGrace);
        this.maxBufferedBytes = maxBufferedBytes;
        this.calls = new QueueMeters(meters);
        this.metrics = meters instanceof EngineRegistry registry ? new ProcessMetrics(vertx, registry) : null;
        this.streamFailures = WorkerMetric.STREAM_FAILURES.counter(meters);
        WorkerMetric.BUFFERED_BYTES.gauge(meters, heldBytes::sum);
        WorkerMetric.MAX_BUFFERED_BYTES.gauge(meters, () -> maxBufferedBytes);
    }

    /** Starts listening. Fails with an {@link IOException} whose message states the problem with the socket. */
    public Future<Void> start() {
        return socket.file()
                .listen(vertx, this::deploy)
                .map(taken -> {
                    bound = taken;
                    LOG.atDebug()
                            .addKeyValue(LogFields.WORKER_NAME, worker.options().name())
                            .addKeyValue(LogFields.SOCKET, socket.file().path().toString())
                            .log("the worker listens");
                    return (Void) null;
                })
                .recover(failure -> undeploy().transform(_ -> Future.failedFuture(failure)));
    }

    private Future<?> deploy(SocketAddress address) {
        return vertx.deployVerticle(() -> newLoop(address), new DeploymentOptions().setInstances(eventLoops))
                .onSuccess(id -> deployment = id);
    }

    private ServerLoop newLoop(SocketAddress address) {
        CallBytes bytes = new CallBytes(maxBufferedBytes / eventLoops, heldBytes);
        ServerLoop loop = new ServerLoop(
                worker, address, socket.kernel(), owners, bytes, calls, metrics, streamFailures::increment);
        loops.add(loop);
        return loop;
    }

    /**
     * Drains and closes the server: reports that no calls are accepted, sends GOAWAY, and waits for running calls until
     * the timeout. Then it closes the worker and removes the socket. Vert.x must not be closed before.
     */
    public Future<Void> drain(Duration timeout) {
        worker.beginDraining();
        return Future.join(loops.stream().map(loop -> loop.shutdown(timeout)).toList())
                .eventually(this::undeploy)
                .eventually(this::removeSocket)
                .eventually(worker::close)
                .mapEmpty();
    }

    /** Closes the server immediately. Running calls are lost. */
    public Future<Void> close() {
        return drain(Duration.ZERO);
    }

    private Future<Void> undeploy() {
        String id = deployment;
        deployment = null;
        return id == null ? Future.succeededFuture() : vertx.undeploy(id);
    }

    private Future<?> removeSocket() {
        UnixSocket.Bound taken = bound;
        bound = null;
        return taken == null ? Future.succeededFuture() : taken.delete(vertx);
    }
}
