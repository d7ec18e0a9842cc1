package io.policyengine.kernel.remote;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.protocol.DescriptionCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A replica of a worker that runs in a separate process. */
public final class RemoteWorker implements WorkerConnector {
    private final Vertx vertx;
    private final RemoteWorkerOptions options;
    private final Ticker ticker;
    private final Runnable streamFailed;
    private final LongAdder unsentBytes;
    /** The memory for answers that have arrived only in part, in bytes. */
    private final Capacity room = new Capacity(WorkerStream.MAX_PARTIAL_BYTES);

    private final List<RemoteLink> links = new CopyOnWriteArrayList<>();
    /** The last description that the replica sent of itself, or null. */
    private final AtomicReference<DescriptionCodec.@Nullable Introduction> said = new AtomicReference<>();

    private final AtomicReference<@Nullable RemoteControl> control = new AtomicReference<>();

    /**
     * Creates a replica that is connected on demand.
     *
     * @param ticker the clock of calls' deadlines
     * @param streamFailed counts failures of single streams, see {@link io.policyengine.core.net.Http2Guard}; called on
     *     event loops
     * @param unsentBytes counts the bytes of calls that replicas have not read
     */
    public RemoteWorker(
            Vertx vertx, RemoteWorkerOptions options, Ticker ticker, Runnable streamFailed, LongAdder unsentBytes) {
        this.vertx = vertx;
        this.options = options;
        this.ticker = ticker;
        this.streamFailed = streamFailed;
        this.unsentBytes = unsentBytes;
    }

    @Override
    public String address() {
        return options.socketPath();
    }

    @Override
    public boolean makesSpans() {
        DescriptionCodec.Introduction worker = said.get();
        return worker != null && worker.makesSpans();
    }

    @Override
    public Future<WorkerControl> connect(Runnable lost) {
        RemoteControl fresh = new RemoteControl(vertx, options, ticker, lost, streamFailed, room, said::set);
        RemoteControl former = control.getAndSet(fresh);
        if (former != null) {
            former.close();
        }
        return fresh.connect();
    }

    @Override
    public WorkerLink link() {
        RemoteLink link =
                new RemoteLink(vertx, options, ticker, streamFailed, new UnsentBytes(unsentBytes), room, said::get);
        links.add(link);
        return link;
    }

    @Override
    public Future<Void> close() {
        List<Future<Void>> closed = new ArrayList<>();
        RemoteControl last = control.getAndSet(null);
        if (last != null) {
            closed.add(last.close());
        }
        for (RemoteLink link : links) {
            Promise<Void> done = Promise.promise();
            link.context().runOnContext(_ -> link.close().onComplete(done));
            closed.add(done.future());
        }
        links.clear();
        return Future.join(closed).mapEmpty();
    }
}
