package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.grpc.GrpcCalls;
import io.policyengine.kernel.grpc.GrpcRequest;
import io.policyengine.kernel.grpc.GrpcResponse;
import io.policyengine.kernel.grpc.HealthService;
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
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC stream of one exchange. It hides the rules of the transport: nothing is written after the end, the end
 * follows the last completed write, a reset by Envoy is a normal end, and the memory of messages is bounded.
 */
public final class EnvoyStream {
    /** The full name of the service. */
    public static final String SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor";

    private static final String PROCESS = "/" + SERVICE + "/Process";

    /** The error of HTTP/2 that says that nothing was done. */
    private static final long REFUSED_STREAM = 0x7;

    private final GrpcRequest request;
    private final GrpcResponse response;
    private final LoopStreams streams;
    private final LoopStreams.Place place = new LoopStreams.Place();
    private final Events events;
    /** A message has come that can be read. */
    private boolean isProved;

    /** A message had to wait for room, or the stream to make some: that none has come is not its peer's fault. */
    private boolean isExcused;

    private boolean gone;

    /** The events of a stream. All on its event loop. */
    public interface Events extends ExchangeAccount.Owner {
        /** A message arrived. It holds memory until {@link EnvoyMessage#release}. */
        void onMessage(EnvoyMessage message);

        /** Bytes arrived that are no message, or too many. Nothing more is read. */
        void onInvalidMessage(GrpcStatus status, String problem);

        /**
         * Reports that the next message waits for memory of {@code limits.max_buffered_bytes}. A receiver that does not
         * want to wait calls {@link EnvoyStream#discard}.
         */
        void onShortage();

        /**
         * The next message takes more than the share of its route or its client; it goes on unless {@link EnvoyStream#discard} is called.
         */
        void onUnfairShare();

        /** A part of a message has arrived; the rest may be long in coming. May be called again before it is whole. */
        void onHalfMessage();

        /** True if a message has arrived that is not answered yet. */
        boolean owesAnswer();

        /** The stream is over: Envoy ended or reset it, or the connection is lost. May be called twice. */
        void onEnd();
    }

    /** Connects the events of the request with those of the stream. */
    private final class Receiver implements GrpcRequest.Events {
        @Override
        public void onMessage(ByteString message, Held held) {
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
                fail(GrpcStatus.CANCELLED, "ended before the answer");
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
     * Returns the request handler of a server with {@code ExternalProcessor/Process} and its health service only. On
     * one event loop.
     *
     * @param account of the memory of all streams
     * @param maxMessageBytes limit of a message
     * @param health of the server
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

    /** Reads it, unless it has more values than anybody sends; byte strings are views of the received bytes. */
    private static ProcessingRequest parse(ByteString message) throws IOException {
        WireValues.check(message, ProcessingRequest.getDescriptor());
        CodedInputStream input = message.newCodedInput();
        input.enableAliasing(true);
        ProcessingRequest parsed = ProcessingRequest.parseFrom(input);
        input.checkLastTagWas(0);
        return parsed;
    }

    /** Reset, ended on both sides, or lost with its connection. */
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

    /** Returns the stream's place among the streams that could be closed to make room. */
    LoopStreams.Place place() {
        return place;
    }

    /** True if few more streams may be opened on this event loop: silent ones have little time. */
    public boolean isCrowded() {
        return streams.isCrowded();
    }

    /** The connection of the Envoy that opened it. */
    public HttpConnection connection() {
        return request.connection();
    }

    /** The headers that Envoy opened the stream with. */
    public MultiMap initialMetadata() {
        return request.headers();
    }

    /** Makes Envoy wait before it sends more: HTTP/2 flow control pushes back. */
    public void pause() {
        request.pause();
    }

    /** Takes messages again. */
    public void resume() {
        request.resume();
    }

    /** Takes no more messages: what Envoy still sends is dropped unread. Answers may follow. */
    public void discard() {
        request.discard();
        isAnswered();
    }

    private void isAnswered() {
        if (!gone) {
            streams.answered(this);
        }
    }

    /** The account of what the exchange holds. */
    public ExchangeAccount account() {
        return request.account();
    }

    /** Sends an answer. Nothing happens on a stream that is over. */
    public void write(EnvoyAnswer answer) {
        response.write(answer.proto());
    }

    /** True if so many bytes are unsent that writers should wait for Envoy. */
    public boolean isWriteQueueFull() {
        return response.isWriteQueueFull();
    }

    /** Releases what a message held, when its answer, which takes its place, has left or never will. */
    public void releaseWhenWritten(Held answered) {
        if (answered.bytes() == 0 || response.isWritten()) {
            answered.release();
        } else {
            answered.passTo(Holder.ANSWERS);
            response.onWritten(answered::release);
        }
    }

    /** True if all answers so far have left. */
    public boolean isWritten() {
        return response.isWritten();
    }

    /** Calls back once, when half of the write queue is free; at once if it is. Never on a stream that is over. */
    public void onDrain(Runnable drained) {
        response.onDrain(drained);
    }

    /** Ends the stream with an error, which lets Envoy apply its failure mode; never use a clean end for that. */
    public void fail(GrpcStatus status, String message) {
        end(status, message);
    }

    /** Ends the stream well: nothing of the exchange is left to do, and Envoy lets the rest of it pass. */
    public void finish() {
        end(GrpcStatus.OK, null);
        events.onEnd();
    }

    /** Ends the stream at once, with what Envoy has not taken of the answers, which lets it apply its failure mode. */
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
