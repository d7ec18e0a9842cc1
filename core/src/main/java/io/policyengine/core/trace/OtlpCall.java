package io.policyengine.core.trace;

import io.policyengine.core.net.UnusedRequest;
import io.policyengine.core.trace.OtlpClient.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call to a receiver of traces, retried until a response that permits no retry arrives, or the time limit is reached.
 * Confined to the client's event loop.
 */
final class OtlpCall {
    /**
     * Maximum bytes of a trace receiver's response. The maximum is small, since the engine does not need the content.
     */
    static final int MAX_ANSWER = 64 * 1024;

    private static final long FIRST_PAUSE_MS = 250;

    private final Vertx vertx;
    private final Supplier<Future<HttpClientRequest>> opener;
    private final Buffer body;
    private final Predicate<Answer> mayBeRepeated;
    private final Consumer<Answer> answered;
    private final Consumer<Throwable> failed;
    private long timer;
    private long pause = FIRST_PAUSE_MS;
    private boolean over;
    /** The running request; null between attempts. */
    private @Nullable HttpClientRequest request;

    private Throwable last = new UnansweredExportException("the receiver did not answer in time");

    OtlpCall(
            Vertx vertx,
            Supplier<Future<HttpClientRequest>> opener,
            Buffer body,
            Predicate<Answer> mayBeRepeated,
            Consumer<Answer> answered,
            Consumer<Throwable> failed) {
        this.vertx = vertx;
        this.opener = opener;
        this.body = body;
        this.mayBeRepeated = mayBeRepeated;
        this.answered = answered;
        this.failed = failed;
    }

    void begin(long timeoutMillis) {
        timer = vertx.setTimer(Math.max(1, timeoutMillis), _ -> fail(last));
        attempt();
    }

    private void attempt() {
        opener.get().compose(this::exchange).onComplete(ended -> {
            request = null;
            if (over) {
                return;
            }
            if (ended.succeeded() && !mayBeRepeated.test(ended.result())) {
                end();
                answered.accept(ended.result());
            } else if (ended.succeeded()) {
                repeat(new UnansweredExportException("the receiver answered with HTTP status "
                        + ended.result().status()));
            } else if (ended.cause() instanceof UnansweredExportException excess) {
                fail(excess);
            } else {
                repeat(ended.cause());
            }
        });
    }

    private Future<Answer> exchange(HttpClientRequest opened) {
        if (over) {
            UnusedRequest.discard(opened);
            return Future.failedFuture("over");
        }
        request = opened;
        return opened.send(body).compose(response -> answerOf(opened, response));
    }

    private static Future<Answer> answerOf(HttpClientRequest request, HttpClientResponse response) {
        Promise<Answer> whole = Promise.promise();
        Buffer gathered = Buffer.buffer();
        response.handler(part -> {
            if (gathered.length() + part.length() > MAX_ANSWER) {
                whole.tryFail(new UnansweredExportException("the receiver's answer is longer than allowed"));
                request.reset();
            } else {
                gathered.appendBuffer(part);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(_ -> {
            boolean trailers = response.trailers().contains("grpc-status");
            whole.tryComplete(
                    new Answer(response.statusCode(), trailers ? response.trailers() : response.headers(), gathered));
        });
        return whole.future();
    }

    private void repeat(Throwable why) {
        last = why;
        vertx.setTimer(pause, _ -> {
            if (!over) {
                attempt();
            }
        });
        pause *= 2;
    }

    private void fail(Throwable why) {
        end();
        failed.accept(why);
    }

    private void end() {
        over = true;
        vertx.cancelTimer(timer);
        HttpClientRequest open = request;
        if (open != null) {
            open.reset();
        }
    }
}
