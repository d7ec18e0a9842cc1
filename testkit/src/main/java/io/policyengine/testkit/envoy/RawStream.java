package io.policyengine.testkit.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An ext_proc stream on which a test sends any messages in any order. Usable from a test's thread. */
public final class RawStream {
    private final Context context;
    private final Queue<ProcessingResponse> arrived = new ArrayDeque<>();
    private final Queue<Promise<ProcessingResponse>> awaiting = new ArrayDeque<>();
    private final Function<RawStream, SimStream> opener;
    private final Promise<StreamEnd> ended = Promise.promise();
    private @Nullable SimStream stream;

    RawStream(Context context, Function<RawStream, SimStream> opener) {
        this.context = context;
        this.opener = opener;
    }

    /** Sends a message; the first call opens the stream. */
    public RawStream send(ProcessingRequest message) {
        context.runOnContext(v -> stream().send(message));
        return this;
    }

    /** Returns the next answer, in order; fails with IllegalStateException if the stream ends first. */
    public Future<ProcessingResponse> next() {
        Promise<ProcessingResponse> promise = Promise.promise();
        context.runOnContext(v -> {
            ProcessingResponse answer = arrived.poll();
            if (answer != null) {
                promise.complete(answer);
            } else if (ended.future().isComplete()) {
                promise.fail(
                        new IllegalStateException("ended: " + ended.future().result()));
            } else {
                awaiting.add(promise);
            }
        });
        return promise.future();
    }

    /** Sends END_STREAM. */
    public RawStream halfClose() {
        context.runOnContext(v -> stream().halfClose());
        return this;
    }

    /** Sends RST_STREAM with CANCEL. */
    public RawStream reset() {
        context.runOnContext(v -> stream().reset());
        return this;
    }

    /** Sends END_STREAM and RST_STREAM at once, as Envoy ends streams. */
    public RawStream leave() {
        context.runOnContext(v -> stream().leave());
        return this;
    }

    /** Returns the end of the stream; the future never fails. */
    public Future<StreamEnd> ended() {
        return ended.future();
    }

    void arrived(ProcessingResponse answer) {
        Promise<ProcessingResponse> next = awaiting.poll();
        if (next == null) {
            arrived.add(answer);
        } else {
            next.complete(answer);
        }
    }

    private SimStream stream() {
        if (stream == null) {
            stream = opener.apply(this);
            stream.ended().onSuccess(end -> {
                ended.complete(end);
                awaiting.forEach(promise -> promise.fail(new IllegalStateException("ended: " + end)));
                awaiting.clear();
            });
        }
        return stream;
    }
}
