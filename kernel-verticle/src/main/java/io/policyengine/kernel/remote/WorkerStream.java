package io.policyengine.kernel.remote;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.net.GoAways;
import io.policyengine.core.net.UnusedRequest;
import io.policyengine.core.vertx.ObservedGrpcRequest;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/**
 * A gRPC stream to a worker. It limits the memory of incomplete answers, and records whether the worker processed the
 * stream, because Vert.x does not report this.
 */
final class WorkerStream extends ObservedGrpcRequest {
    /**
     * Maximum bytes of incomplete answers from one replica, on all event loops together, in addition to the sizes of
     * the calls. A replica that never completes its answers thus cannot fill the heap.
     */
    static final long MAX_PARTIAL_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 8, 2 << 20, 64 << 20);

    private final HttpClientRequest http;
    private final Capacity room;
    private final CapacityReservation partial;
    private final MessageProgress progress = new MessageProgress();
    private Consumer<WorkerException> refused = _ -> {};
    private long expected;
    private boolean over;

    WorkerStream(HttpClientRequest http, long maxMessageBytes, Capacity room) {
        super(http, maxMessageBytes);
        this.http = http;
        this.room = room;
        this.partial = room.reservation();
        begin(this::count);
    }

    private void count(HttpClientResponse response, Handler<Buffer> reader) {
        response.handler(piece -> {
            if (!over && holds(progress.after(piece))) {
                reader.handle(piece);
            }
        });
        response.end().onComplete(_ -> release());
    }

    private boolean holds(long bytes) {
        if (!partial.tryResize(bytes)) {
            refused.accept(new WorkerException(
                    Kind.INVALID_ANSWER, "incomplete answers of this worker use up their memory budget"));
            cancel();
            return false;
        }
        return true;
    }

    /** Sets the callback for an answer that exceeds the memory budget. The stream of that answer is cancelled. */
    void onRefusal(Consumer<WorkerException> told) {
        refused = told;
    }

    /** Raises the memory limit for incomplete answers by the size of a call, until the stream ends. */
    void expects(long bytes) {
        expected = bytes;
        room.raise(bytes);
    }

    @Override
    public void cancel() {
        release();
        super.cancel();
    }

    /** Ends a stream on which nothing was sent, because its call ended while the connection was being opened. */
    void discard() {
        release();
        UnusedRequest.discard(http);
    }

    private void release() {
        if (!over) {
            over = true;
            partial.close();
            room.raise(-expected);
        }
    }

    /**
     * Converts a failure of the stream to the failure of its calls: the worker did not process them, or the connection
     * was lost.
     */
    WorkerException failure(Throwable cause) {
        release();
        boolean passedOver = GoAways.passOver(http.connection(), http.streamId());
        return new WorkerException(passedOver ? Kind.UNREACHABLE : Kind.CONNECTION_LOST, UnaryCall.describe(cause));
    }
}
