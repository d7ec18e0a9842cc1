package io.policyengine.kernel.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call of {@link HealthService}: receives one short message within a time limit, then sends statuses. A caller that
 * reads slowly gets only the newest status.
 */
final class HealthCall {
    /** Maximum bytes of the request of a health check, which holds only the name of a service. */
    static final int MAX_MESSAGE = 1024;

    private final Vertx vertx;
    private final Duration limit;
    private final HttpServerRequest request;
    private final GrpcResponse response;
    private final Asked asked;
    private final Consumer<HealthCall> gone;
    private final Deframer deframer = new Deframer();
    private long clock;
    /** The status that was written last, or null. */
    private @Nullable ServingStatus told;
    /** The status to write once the previous write has been sent, or null. */
    private @Nullable ServingStatus next;

    private boolean isAsked;
    private boolean isEnded;

    interface Asked {
        /**
         * Handles the request of a call.
         *
         * @param service the requested service; empty for the server as a whole
         */
        void ask(HealthCall call, String service);
    }

    /**
     * Creates a health call that has just arrived.
     *
     * @param limit maximum time until the call is answered or becomes a watch, and then until an answered call's stream
     *     ends
     * @param gone called when the call's stream ends
     */
    HealthCall(Vertx vertx, Duration limit, HttpServerRequest request, Asked asked, Consumer<HealthCall> gone) {
        this.vertx = vertx;
        this.limit = limit;
        this.request = request;
        this.response = new GrpcResponse(request.response());
        this.asked = asked;
        this.gone = gone;
        this.clock = startClock();
    }

    private long startClock() {
        return vertx.setTimer(limit.toMillis(), _ -> late());
    }

    /**
     * Ends a call that was not answered in time. If it was answered but the caller keeps the stream open, resets the
     * stream.
     */
    private void late() {
        if (isEnded) {
            response.reset();
            gone();
        } else {
            end(GrpcStatus.DEADLINE_EXCEEDED, "the call takes longer than " + limit.toMillis() + " ms");
        }
    }

    HttpConnection connection() {
        return request.connection();
    }

    boolean isOf(HttpConnection connection) {
        return connection.equals(request.connection());
    }

    void listen() {
        request.response().closeHandler(_ -> gone());
        request.response().exceptionHandler(_ -> gone());
        request.handler(this::take);
        request.endHandler(_ -> {
            if (!isAsked) {
                end(GrpcStatus.INTERNAL, "the call ended before its message");
            }
        });
    }

    private void take(Buffer data) {
        if (isAsked || isEnded) {
            return;
        }
        deframer.offer(ByteBufs.of(data));
        if (deframer.next() == Deframer.Step.BEGINS) {
            if (deframer.flag() != 0) {
                end(GrpcStatus.UNIMPLEMENTED, "compressed messages are not supported");
                return;
            }
            if (deframer.length() > MAX_MESSAGE) {
                end(GrpcStatus.RESOURCE_EXHAUSTED, "the message has more than " + MAX_MESSAGE + " bytes");
                return;
            }
            deframer.admit(deframer.length());
        }
        if (deframer.next() == Deframer.Step.COMPLETE) {
            isAsked = true;
            ask();
        }
    }

    private void ask() {
        String service;
        try {
            // Like a HealthCheckRequest, this message is a string in field 1.
            service = StringValue.parseFrom(deframer.take()).getValue();
        } catch (InvalidProtocolBufferException garbage) {
            end(GrpcStatus.INVALID_ARGUMENT, "no HealthCheckRequest: " + garbage.getMessage());
            return;
        }
        asked.ask(this, service);
    }

    /** Keeps the call open from now on, without a time limit. */
    void stay() {
        vertx.cancelTimer(clock);
    }

    /** Sends a status unless it equals the last status sent. A status that is still unsent is replaced. */
    void tell(ServingStatus status) {
        if (isEnded) {
            return;
        }
        if (!response.isWritten()) {
            if (next == null) {
                response.onWritten(this::tellNext);
            }
            next = status;
        } else if (status != told) {
            write(status);
        }
    }

    private void tellNext() {
        ServingStatus newest = next;
        next = null;
        if (newest != null && newest != told) {
            write(newest);
        }
    }

    private void write(ServingStatus status) {
        told = status;
        response.write(status.response());
    }

    /**
     * Ends the call. Idempotent.
     *
     * @param explanation a human-readable text, or null
     */
    void end(GrpcStatus status, @Nullable String explanation) {
        if (isEnded) {
            return;
        }
        tellNext();
        isEnded = true;
        vertx.cancelTimer(clock);
        clock = startClock();
        response.end(status, explanation);
    }

    private void gone() {
        isEnded = true;
        vertx.cancelTimer(clock);
        response.abandon();
        gone.accept(this);
    }
}
