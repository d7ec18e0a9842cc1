package io.policyengine.kernel.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A call of {@link ReflectionService}. It answers short requests one after another, and has one time limit for all of
 * them.
 */
final class ReflectionCall {
    /** Maximum bytes of a request of the reflection service, which holds only the name of a file or symbol. */
    static final int MAX_MESSAGE = 1024;

    /** Maximum requests of a call of the reflection service. */
    static final int MAX_REQUESTS = 64;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final GrpcResponse response;
    private final UnaryOperator<UnknownFieldSet> answer;
    private final Consumer<ReflectionCall> gone;
    private final Deframer deframer = new Deframer();
    private final long clock;
    private int requests;
    /** True until the answer to the previous request has been sent. */
    private boolean isSending;

    private boolean isHalfClosed;
    private boolean isEnded;

    /**
     * Creates a reflection call that has just arrived.
     *
     * @param limit maximum time until the call's stream ends
     * @param gone called when the call's stream ends
     */
    ReflectionCall(
            Vertx vertx,
            Duration limit,
            HttpServerRequest request,
            UnaryOperator<UnknownFieldSet> answer,
            Consumer<ReflectionCall> gone) {
        this.vertx = vertx;
        this.request = request;
        this.response = new GrpcResponse(request.response());
        this.answer = answer;
        this.gone = gone;
        this.clock = vertx.setTimer(limit.toMillis(), _ -> {
            // The caller may keep its side of the stream open.
            response.reset();
            gone();
        });
    }

    boolean isOf(HttpConnection connection) {
        return connection.equals(request.connection());
    }

    void listen() {
        request.response().closeHandler(_ -> gone());
        request.response().exceptionHandler(_ -> gone());
        request.handler(this::take);
        request.endHandler(_ -> {
            isHalfClosed = true;
            read();
        });
    }

    private void take(Buffer data) {
        if (!isEnded) {
            deframer.offer(ByteBufs.of(data));
            read();
        }
    }

    private void read() {
        while (!isEnded && !isSending) {
            switch (deframer.next()) {
                case NEEDS_PIECE -> {
                    if (isHalfClosed) {
                        end(GrpcStatus.OK, null);
                    }
                    return;
                }
                case BEGINS -> admit();
                case NEEDS_ROOM -> deframer.grant(deframer.length());
                case COMPLETE -> reply();
            }
        }
    }

    private void admit() {
        UnverifiedPeers.wasted(request.connection());
        if (deframer.flag() != 0) {
            end(GrpcStatus.UNIMPLEMENTED, "a compressed message");
        } else if (deframer.length() > MAX_MESSAGE) {
            end(GrpcStatus.RESOURCE_EXHAUSTED, "the message has more than " + MAX_MESSAGE + " bytes");
        } else if (++requests > MAX_REQUESTS) {
            end(GrpcStatus.RESOURCE_EXHAUSTED, "more than " + MAX_REQUESTS + " requests");
        } else {
            deframer.admit(deframer.length());
        }
    }

    private void reply() {
        try {
            response.write(answer.apply(UnknownFieldSet.parseFrom(deframer.take())));
        } catch (InvalidProtocolBufferException garbage) {
            end(GrpcStatus.INVALID_ARGUMENT, "no ServerReflectionRequest: " + garbage.getMessage());
            return;
        }
        if (!response.isWritten()) {
            isSending = true;
            request.pause();
            response.onWritten(this::sent);
        }
    }

    private void sent() {
        isSending = false;
        if (!isEnded) {
            request.resume();
            read();
        }
    }

    private void end(GrpcStatus status, @Nullable String explanation) {
        isEnded = true;
        response.end(status, explanation);
    }

    private void gone() {
        isEnded = true;
        vertx.cancelTimer(clock);
        response.abandon();
        gone.accept(this);
    }
}
