package io.policyengine.kernel.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpcService;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.InvalidMessagePayloadException;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.function.Function;

/**
 * The gRPC stream of one exchange. Hides the transport's rules: nothing is written after the end, the end follows the last write
 * that completed, and a reset by Envoy is a normal end.
 */
public final class EnvoyStream {
    private final GrpcServerRequest<ProcessingRequest, ProcessingResponse> request;
    private final GrpcServerResponse<ProcessingRequest, ProcessingResponse> response;
    private final Context context;
    private Future<Void> lastWrite = Future.succeededFuture();
    private boolean over;
    private boolean paused;

    /** What happens to a stream. All on its event loop. */
    public interface Events {
        /** A message arrived. */
        void onMessage(EnvoyMessage message);

        /** Bytes arrived that are no message, or too many. */
        void onInvalidMessage(boolean tooLarge, String problem);

        /** Whether a message has arrived that is not answered yet. */
        boolean owesAnswer();

        /** The stream is over: Envoy ended or reset it, or the connection is lost. May be called twice. */
        void onEnd();
    }

    private EnvoyStream(Context context, GrpcServerRequest<ProcessingRequest, ProcessingResponse> request) {
        this.context = context;
        this.request = request;
        this.response = request.response();
    }

    /** Serves {@code ExternalProcessor/Process} on a server; {@code begin} is called for each stream. */
    public static void serve(Vertx vertx, GrpcServer server, Function<EnvoyStream, Events> begin) {
        server.callHandler(ExternalProcessorGrpcService.Process, request -> {
            EnvoyStream stream = new EnvoyStream(vertx.getOrCreateContext(), request);
            stream.listen(begin.apply(stream));
        });
    }

    private void listen(Events events) {
        request.handler(message -> events.onMessage(new EnvoyMessage(message)));
        request.invalidMessageHandler(invalid -> events.onInvalidMessage(
                !(invalid instanceof InvalidMessagePayloadException), String.valueOf(invalid.getMessage())));
        request.errorHandler(_ -> finish(events));
        request.exceptionHandler(_ -> finish(events));
        // Envoy's end of stream is followed by a reset in the same read: looking again after it saves an answer to
        // nobody.
        request.endHandler(_ -> context.runOnContext(_ -> {
            if (!over && events.owesAnswer()) {
                fail(GrpcStatus.CANCELLED, "ended before the answer");
            } else if (!over) {
                end();
            }
            events.onEnd();
        }));
    }

    private void finish(Events events) {
        over = true;
        events.onEnd();
    }

    /** The headers that Envoy opened the stream with. */
    public MultiMap initialMetadata() {
        return request.headers();
    }

    /** Lets Envoy wait before it sends more: HTTP/2 flow control pushes back. */
    public void pause() {
        paused = true;
        request.pause();
    }

    /** Takes messages again. */
    public void resume() {
        if (paused) {
            paused = false;
            request.resume();
        }
    }

    /** Sends an answer. Nothing happens on a stream that is over. */
    public void write(EnvoyAnswer answer) {
        if (!over) {
            lastWrite = response.write(answer.proto());
        }
    }

    /** Ends the stream with an error, which lets Envoy apply its failure mode; never use a clean end for that. */
    public void fail(GrpcStatus status, String message) {
        if (!over) {
            response.status(status).statusMessage(message);
            end();
        }
    }

    private void end() {
        over = true;
        if (lastWrite.isComplete()) {
            response.end();
        } else {
            lastWrite.onSuccess(_ -> response.end());
        }
    }
}
