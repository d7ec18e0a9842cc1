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
 * A call of {@link HealthService}: one message of bounded length within a bounded time, followed by answers, of which a
 * slow reader gets only the newest.
 */
final class HealthCall {
    /** Bytes of the message; the name of a service is all that is in it. */
    static final int MAX_MESSAGE = 1024;

    private final Vertx vertx;
    private final Duration limit;
    private final HttpServerRequest request;
    private final GrpcResponse response;
    private final Asked asked;
    private final Consumer<HealthCall> gone;
    private final Deframer deframer = new Deframer();
    private long clock;
    /** The status that was written last; null before the first. */
    private @Nullable ServingStatus told;
    /** The status that follows when that has left; null for none. */
    private @Nullable ServingStatus next;

    private boolean isAsked;
    private boolean isEnded;

    /** Takes the message of a call. */
    interface Asked {
        /**
         * A call asks for a service.
         *
         * @param service its name; empty for the server as a whole
         */
        void ask(HealthCall call, String service);
    }

    /**
     * Creates a call that has just arrived.
     *
     * @param limit of the time until it is kept open or answered, and then until its stream ends
     * @param gone called once, when its stream ends
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

    /** A caller that has its answer may also keep the stream open. */
    private void late() {
        if (isEnded) {
            response.reset();
            gone();
        } else {
            end(GrpcStatus.DEADLINE_EXCEEDED, "a call that takes more than " + limit.toMillis() + " ms");
        }
    }

    /** The connection that it came over. */
    HttpConnection connection() {
        return request.connection();
    }

    /** True if it came over this connection. */
    boolean isOf(HttpConnection connection) {
        return connection.equals(request.connection());
    }

    /** Begins to read. */
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
                end(GrpcStatus.UNIMPLEMENTED, "a compressed message");
                return;
            }
            if (deframer.length() > MAX_MESSAGE) {
                end(GrpcStatus.RESOURCE_EXHAUSTED, "a message of more than " + MAX_MESSAGE + " bytes");
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
            // A HealthCheckRequest is a string in field 1, as this message is.
            service = StringValue.parseFrom(deframer.take()).getValue();
        } catch (InvalidProtocolBufferException garbage) {
            end(GrpcStatus.INVALID_ARGUMENT, "no HealthCheckRequest: " + garbage.getMessage());
            return;
        }
        asked.ask(this, service);
    }

    /** Keeps the call open as long as the caller likes. */
    void stay() {
        vertx.cancelTimer(clock);
    }

    /** Sends a status unless it equals the last one; unsent ones are replaced. */
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
     * @param explanation for users; null for none
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
