package io.policyengine.testkit.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.envoy.StreamEnd.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcErrorException;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A gRPC stream to the ext_proc server. Confined to one context. */
final class SimStream {
    private final Map<String, String> metadata;
    private final Consumer<ProcessingResponse> onMessage;
    private final Promise<StreamEnd> ended = Promise.promise();
    private final Queue<ProcessingRequest> waiting = new ArrayDeque<>();
    private @Nullable GrpcClientRequest<ProcessingRequest, ProcessingResponse> request;
    private boolean halfClosed;
    private boolean leaving;
    private boolean left;

    SimStream(
            Future<GrpcClientRequest<ProcessingRequest, ProcessingResponse>> opening,
            Map<String, String> metadata,
            Consumer<ProcessingResponse> onMessage) {
        this.metadata = metadata;
        this.onMessage = onMessage;
        opening.onSuccess(this::opened).onFailure(this::failed);
    }

    /** Returns the end of the stream; the future never fails. */
    Future<StreamEnd> ended() {
        return ended.future();
    }

    /** Sends a message once the stream is open; drops the message if the stream has ended. */
    void send(ProcessingRequest message) {
        if (request == null) {
            waiting.add(message);
        } else if (!halfClosed && !ended.future().isComplete()) {
            request.write(message);
        }
    }

    /** Sends END_STREAM and then RST_STREAM, as Envoy ends every stream. */
    void leave() {
        leaving = true;
        if (request != null) {
            leaveNow(request);
        }
    }

    /** Sends END_STREAM only. */
    void halfClose() {
        boolean open = !halfClosed;
        halfClosed = true;
        if (request != null && open) {
            request.end();
        }
    }

    /** Sends RST_STREAM without END_STREAM. */
    void reset() {
        leaving = true;
        halfClosed = true;
        if (request != null) {
            leaveNow(request);
        }
    }

    private void opened(GrpcClientRequest<ProcessingRequest, ProcessingResponse> opened) {
        ResetLimit.lift(opened.connection());
        request = opened;
        metadata.forEach(opened.headers()::add);
        opened.exceptionHandler(this::failed);
        opened.response().onSuccess(this::answering).onFailure(this::failed);
        waiting.forEach(opened::write);
        waiting.clear();
        if (leaving) {
            leaveNow(opened);
        } else if (halfClosed) {
            opened.end();
        }
    }

    private void answering(GrpcClientResponse<ProcessingRequest, ProcessingResponse> response) {
        response.errorHandler(error ->
                serverEnded(error == null ? GrpcStatus.UNKNOWN.code : error.status.code, "stream reset: " + error));
        response.exceptionHandler(this::failed);
        response.handler(onMessage::accept);
        if (response.encoding() != null && !response.encoding().equals("identity")) {
            serverEnded(GrpcStatus.INTERNAL.code, "Envoy reads no compressed messages: " + response.encoding());
            left = true;
            response.handler(null);
            Objects.requireNonNull(request).cancel();
        }
        // Envoy then resets its half; an open half would count towards the maximum of concurrent streams.
        response.endHandler(v -> {
            GrpcStatus status = response.status();
            String message = response.statusMessage();
            boolean ours = !halfClosed;
            serverEnded(status.code, message == null ? "" : message);
            if (ours) {
                Objects.requireNonNull(request).end();
            }
        });
    }

    private void leaveNow(GrpcClientRequest<ProcessingRequest, ProcessingResponse> open) {
        if (!ended.future().isComplete() && !left) {
            left = true;
            if (!halfClosed) {
                halfClosed = true;
                open.end();
            }
            open.cancel();
            ended.tryComplete(new StreamEnd(Kind.LEFT_BY_ENVOY, 0, ""));
        }
    }

    /** Records that the server ended the stream; no further message is sent. */
    private void serverEnded(int status, String message) {
        halfClosed = true;
        end(new StreamEnd(status == 0 ? Kind.SERVER_OK : Kind.SERVER_ERROR, status, message));
    }

    private void failed(Throwable cause) {
        GrpcStatus status = cause instanceof GrpcErrorException error ? error.status() : GrpcStatus.UNAVAILABLE;
        end(new StreamEnd(Kind.SERVER_ERROR, status.code, String.valueOf(cause.getMessage())));
    }

    /** Records the end of the stream, unless Envoy's side has already left the stream. */
    private void end(StreamEnd end) {
        if (!left) {
            ended.tryComplete(end);
        }
    }
}
