package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorProto;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.grpc.GrpcCalls;
import io.policyengine.kernel.grpc.GrpcRequest;
import io.policyengine.kernel.grpc.GrpcResponse;
import io.policyengine.kernel.grpc.HealthDefinition;
import io.policyengine.kernel.grpc.HealthService;
import io.policyengine.kernel.grpc.ReflectionService;
import io.policyengine.kernel.grpc.UntakenRefusals;
import io.policyengine.kernel.grpc.UnverifiedPeers;
import io.policyengine.wire.WireValues;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC stream of one exchange. It enforces the rules of the transport. Nothing is written after the end, and the
 * end is sent after the last write completes. A reset by Envoy is a normal end. The memory of messages is bounded.
 */
public final class EnvoyStream {
    /** The full name of Envoy's gRPC service for ext_proc servers. */
    public static final String SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor";

    private static final String PROCESS = "/" + SERVICE + "/Process";

    /** The HTTP/2 error code of a stream that was not processed. */
    private static final long REFUSED_STREAM = 0x7;

    private final GrpcRequest request;
    private final GrpcResponse response;
    private final LoopStreams streams;
    private final LoopStreams.Links links = new LoopStreams.Links();
    private final Events events;
    /** True once a valid message has arrived on the stream. */
    private boolean isProved;

    /**
     * True once the engine has delayed or reset the stream. The peer is then not to blame if the first message is
     * missing.
     */
    private boolean isExcused;

    private boolean gone;

    /** The events of a stream, all on its event loop. */
    public interface Events extends ExchangeAccount.Owner {
        /** Handles a message. It holds memory until {@link EnvoyMessage#release} is called. */
        void onMessage(EnvoyMessage message);

        /** Handles bytes that are not a message, or a message that is too long. No further bytes are read. */
        void onInvalidMessage(GrpcStatus status, String problem);

        /**
         * Reports that the next message waits because {@code limits.max_buffered_bytes} is used up. The handler may
         * call {@link EnvoyStream#discard} to end the wait.
         */
        void onShortage();

        /**
         * Reports that the next message exceeds the memory share of the route or client. The message is still received
         * unless the handler calls {@link EnvoyStream#discard}.
         */
        void onUnfairShare();

        /** Reports that a part of a message has arrived. May be called again before the message is complete. */
        void onHalfMessage();

        /** Returns whether a message is not answered yet. */
        boolean owesAnswer();

        /**
         * Reports that the stream has ended: Envoy or the engine ended it, or its connection was lost. May be called
         * more than once.
         */
        void onEnd();
    }

    private final class Receiver implements GrpcRequest.Events {
        @Override
        public void onMessage(ByteString message, MemoryReservation held) {
            streams.heard(EnvoyStream.this);
            ProcessingRequest proto;
            try {
                proto = parse(message);
            } catch (IOException garbage) {
                request.discard();
                events.onInvalidMessage(GrpcStatus.INVALID_ARGUMENT, "no ProcessingRequest: " + garbage.getMessage());
                return;
            }
            if (!isProved) {
                isProved = true;
                UnverifiedPeers.proved(connection());
            }
            events.onMessage(new EnvoyMessage(proto, message.size(), held));
        }

        @Override
        public void onInvalid(GrpcStatus status, String problem) {
            events.onInvalidMessage(status, problem);
        }

        @Override
        public void onShortage() {
            isExcused = true;
            events.onShortage();
        }

        @Override
        public void onShed(long bytes, Duration idle) {
            isExcused = true;
            events.onShed(bytes, idle);
        }

        @Override
        public void onUnfairShare() {
            isExcused = true;
            events.onUnfairShare();
        }

        @Override
        public void onHalfMessage() {
            events.onHalfMessage();
        }

        @Override
        public void onHalfClose() {
            if (events.owesAnswer()) {
                fail(GrpcStatus.CANCELLED, "the stream ended before the answer");
            } else {
                end(GrpcStatus.OK, null);
            }
            events.onEnd();
        }
    }

    private EnvoyStream(
            Context context,
            HttpServerRequest http,
            MemoryAccount account,
            int maxMessageBytes,
            LoopStreams streams,
            Function<EnvoyStream, Events> begin) {
        this.streams = streams;
        this.response = new GrpcResponse(http.response());
        this.request = new GrpcRequest(http, context, account, maxMessageBytes, new Receiver());
        this.events = begin.apply(this);
    }

    /**
     * Returns the request handler of a server that has only {@code ExternalProcessor/Process}, health and reflection.
     * Confined to one event loop.
     *
     * @param account the memory account of all streams
     * @param maxMessageBytes maximum bytes of a message
     * @param health the health service of the server
     * @param begin called for each stream
     */
    public static Handler<HttpServerRequest> handler(
            Vertx vertx,
            MemoryAccount account,
            int maxMessageBytes,
            HealthService health,
            Function<EnvoyStream, Events> begin) {
        LoopStreams streams = new LoopStreams(account.streams());
        UntakenRefusals refusals = new UntakenRefusals();
        Map<String, Handler<HttpServerRequest>> methods = new HashMap<>(health.methods());
        methods.putAll(
                new ReflectionService(vertx, List.of(ExternalProcessorProto.getDescriptor(), HealthDefinition.file()))
                        .methods());
        methods.put(PROCESS, http -> {
            if (!streams.tryOpen()) {
                refusals.refuse(http, () -> {}, REFUSED_STREAM);
                return;
            }
            EnvoyStream stream =
                    new EnvoyStream(vertx.getOrCreateContext(), http, account, maxMessageBytes, streams, begin);
            streams.opened(stream);
            http.response().closeHandler(_ -> stream.gone());
            stream.request.listen();
        });
        return GrpcCalls.of(methods, refusals);
    }

    /**
     * Parses a message, but first checks that its number of values is plausible. The message's byte strings are views
     * of the received bytes.
     */
    private static ProcessingRequest parse(ByteString message) throws IOException {
        WireValues.check(message, ProcessingRequest.getDescriptor());
        CodedInputStream input = message.newCodedInput();
        input.enableAliasing(true);
        ProcessingRequest parsed = ProcessingRequest.parseFrom(input);
        input.checkLastTagWas(0);
        return parsed;
    }

    /** Handles the end of the stream: it was reset, both sides ended it, or its connection was lost. */
    private void gone() {
        if (!gone) {
            gone = true;
            streams.close(this);
            if (!isProved && !isExcused) {
                UnverifiedPeers.wasted(connection());
            }
        }
        response.abandon();
        request.close();
        events.onEnd();
    }

    /** Returns the stream's links in the list of streams that may be closed so that new ones can be opened. */
    LoopStreams.Links links() {
        return links;
    }

    /**
     * Returns whether only few more streams may be opened on this event loop, so that silent streams are closed soon.
     */
    public boolean isCrowded() {
        return streams.isCrowded();
    }

    public HttpConnection connection() {
        return request.connection();
    }

    public MultiMap initialMetadata() {
        return request.headers();
    }

    /** Stops reading, so that HTTP/2 flow control makes Envoy wait. */
    public void pause() {
        request.pause();
    }

    /** Continues to read messages. */
    public void resume() {
        request.resume();
    }

    /** Discards all further messages unread. Answers may still be sent. */
    public void discard() {
        request.discard();
        isAnswered();
    }

    private void isAnswered() {
        if (!gone) {
            streams.answered(this);
        }
    }

    public ExchangeAccount account() {
        return request.account();
    }

    /** Sends an answer; does nothing if the stream is over. */
    public void write(EnvoyAnswer answer) {
        response.write(answer.proto());
    }

    /** Returns whether too many bytes are unsent, so that writers should wait until Envoy reads. */
    public boolean isWriteQueueFull() {
        return response.isWriteQueueFull();
    }

    /** Releases the reservation of a message once the answer to it has been sent or never will be. */
    public void releaseWhenWritten(MemoryReservation answered) {
        if (answered.bytes() == 0 || response.isWritten()) {
            answered.release();
        } else {
            answered.passTo(Holder.ANSWERS);
            response.onWritten(answered::release);
        }
    }

    /** Returns whether all answers so far have been sent. */
    public boolean isWritten() {
        return response.isWritten();
    }

    /**
     * Calls {@code drained} as soon as half of the write queue is free, possibly immediately; never if the stream ends
     * first.
     */
    public void onDrain(Runnable drained) {
        response.onDrain(drained);
    }

    /**
     * Ends the stream with an error, so that Envoy applies its failure mode. After a clean end Envoy would not apply
     * it.
     */
    public void fail(GrpcStatus status, String message) {
        end(status, message);
    }

    /** Ends the stream without an error, so that Envoy forwards the rest of the exchange without the engine. */
    public void finish() {
        end(GrpcStatus.OK, null);
        events.onEnd();
    }

    /** Resets the stream at once and drops unsent answers. Envoy then applies its failure mode. */
    public void cut() {
        isExcused = true;
        response.reset();
        gone();
    }

    private void end(GrpcStatus status, @Nullable String message) {
        response.end(status, message);
        request.close();
        isAnswered();
    }
}
