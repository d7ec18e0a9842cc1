package io.policyengine.worker.callout;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call whose exchange no longer waits for it: the answer is read and dropped. A reset would end the call sooner.
 * But servers close a connection with many resets, which ends the calls of other exchanges on it. The call keeps its
 * slot until it ends. It is reset at the end of the target's timeout, or if its answer is too long. Confined to an
 * event loop.
 */
final class UnreadCall {
    private final HttpClientRequest sent;
    private final Context context;
    private final Runnable ended;
    private final long timer;
    private long bytesLeft;
    private boolean isOver;

    private UnreadCall(HttpClientRequest sent, Context context, long millisLeft, int maxResponseBytes, Runnable ended) {
        this.sent = sent;
        this.context = context;
        this.ended = ended;
        this.bytesLeft = maxResponseBytes;
        this.timer = context.owner().setTimer(millisLeft, _ -> reset());
    }

    /**
     * Reads and drops the rest of the answer.
     *
     * @param head the response, if it has begun
     * @param ended called once, when the call no longer uses its connection
     */
    static void drain(
            HttpClientRequest sent,
            @Nullable HttpClientResponse head,
            Context context,
            long millisLeft,
            int maxResponseBytes,
            Runnable ended) {
        UnreadCall call = new UnreadCall(sent, context, millisLeft, maxResponseBytes, ended);
        if (head == null) {
            sent.response().onComplete(call::drop, _ -> call.end());
        } else {
            call.drop(head);
        }
    }

    private void drop(HttpClientResponse response) {
        response.exceptionHandler(_ -> end()).handler(this::drop).endHandler(_ -> end());
    }

    private void drop(Buffer chunk) {
        bytesLeft -= chunk.length();
        if (bytesLeft < 0) {
            reset();
        }
    }

    private void reset() {
        if (!isOver) {
            sent.reset();
            end();
        }
    }

    private void end() {
        if (!isOver) {
            isOver = true;
            context.owner().cancelTimer(timer);
            ended.run();
        }
    }
}
