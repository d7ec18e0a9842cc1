package io.policyengine.worker.server;

import io.policyengine.core.vertx.WrappedRequest;
import io.policyengine.protocol.CallFault;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcHeaderNames;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A unary call whose bytes are counted. They are counted as they arrive, regardless of the announced length, until the
 * call is over. If the budget is exhausted, the call is refused as overload. Confined to its event loop.
 */
final class CountedCall extends WrappedRequest {
    private static final long CANCEL = 8;

    private final CallBytes bytes;
    private final Vertx vertx;
    private final long timer;
    private long taken;
    private boolean over;

    /** Creates a call whose message must arrive completely within {@code time}. */
    CountedCall(HttpServerRequest http, CallBytes bytes, Vertx vertx, Duration time) {
        super(http);
        this.bytes = bytes;
        this.vertx = vertx;
        HttpServerResponse response = http.response();
        this.timer = vertx.setTimer(time.toMillis(), _ -> response.reset(CANCEL));
        response.closeHandler(_ -> giveBack());
    }

    @Override
    public HttpServerRequest handler(@Nullable Handler<Buffer> handler) {
        super.handler(
                handler == null
                        ? null
                        : chunk -> {
                            if (hasRoom(chunk.length())) {
                                handler.handle(chunk);
                            }
                        });
        return this;
    }

    @Override
    public HttpServerRequest endHandler(@Nullable Handler<Void> handler) {
        super.endHandler(
                handler == null
                        ? null
                        : _ -> {
                            if (!over) {
                                vertx.cancelTimer(timer);
                                handler.handle(null);
                            }
                        });
        return this;
    }

    /** Adds a chunk's bytes. Returns false if the call is refused and the chunk must be ignored. */
    private boolean hasRoom(int length) {
        if (over) {
            return false;
        }
        if (bytes.isFullForLarge()) {
            giveBack();
            refuse();
            return false;
        }
        taken += length;
        bytes.take(length);
        return true;
    }

    private void refuse() {
        response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader(GrpcHeaderNames.GRPC_STATUS, String.valueOf(CallFault.OVERLOADED.status().code))
                .putHeader(GrpcHeaderNames.GRPC_MESSAGE, CallBytes.FULL)
                .end();
    }

    /** Stops counting the call's bytes, because the call was answered, refused, reset, or lost. */
    private void giveBack() {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            bytes.give(taken);
        }
    }
}
