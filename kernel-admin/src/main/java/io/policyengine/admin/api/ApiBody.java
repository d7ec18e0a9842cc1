package io.policyengine.admin.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.policyengine.core.capacity.CapacityReservation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;

/**
 * Reads the body of a request regardless of its content type, because {@code curl -d} declares every body to be a form.
 * Sends 100 Continue, because curl waits for it before it sends a large body (RFC 9110 §10.1.1). {@link ApiBodies}
 * limits the memory.
 */
final class ApiBody {
    /** Maximum time, in milliseconds, to wait for the rest of a refused request's body. */
    private static final long LINGER_MS = 500;

    private ApiBody() {}

    /**
     * Returns the body; fails with {@link ApiProblem} if it is too long.
     *
     * @param max maximum bytes; 0 if the body is not used
     * @param reserved the reservation for the body, to be closed when the request is answered
     */
    static Future<Buffer> read(Vertx vertx, HttpServerRequest request, int max, CapacityReservation reserved) {
        if (max == 0) {
            return Future.succeededFuture(Buffer.buffer());
        }
        if (declaredLength(request) > max) {
            closeAfterAnswer(vertx, request);
            return Future.failedFuture(tooLarge(max));
        }
        Promise<Buffer> done = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
                    if (done.future().isComplete()) {
                        return;
                    }
                    if (body.length() + chunk.length() > max) {
                        closeAfterAnswer(vertx, request);
                        done.fail(tooLarge(max));
                    } else if (!reserved.tryTake(chunk.length())) {
                        closeAfterAnswer(vertx, request);
                        done.fail(ApiBodies.busy());
                    } else {
                        body.appendBuffer(chunk);
                    }
                })
                .endHandler(_ -> done.tryComplete(body))
                .exceptionHandler(
                        failure -> done.tryFail(failure instanceof HttpClosedException ? failure : malformed()));
        if (HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
                String.valueOf(request.getHeader(HttpHeaderNames.EXPECT)))) {
            request.response().writeContinue();
        }
        return done.future();
    }

    /**
     * Closes the connection some time after the response, because otherwise Vert.x would wait for the whole body. If it
     * were closed at once while bytes are unread, the client might not receive the response (RFC 9112 §9.6).
     */
    private static void closeAfterAnswer(Vertx vertx, HttpServerRequest request) {
        request.response()
                .putHeader(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .endHandler(
                        _ -> vertx.setTimer(LINGER_MS, _ -> request.connection().close()));
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException noNumber) {
            return Long.MAX_VALUE;
        }
    }

    private static ApiProblem malformed() {
        return new ApiProblem(
                ApiProblem.Code.INVALID_BODY, "the body is not framed as HTTP/1.1 requires (RFC 9112 section 7)");
    }

    private static ApiProblem tooLarge(int max) {
        return new ApiProblem(ApiProblem.Code.TOO_LARGE, "the body is longer than " + max + " bytes");
    }
}
