package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes one kind of calls and their results: calls of the request phase, of the response phase, or with
 * trailers. Each kind has its own messages, with different names and different parts of the HTTP message. Transports
 * handle all kinds in the same way.
 *
 * @param <O> the outcome of entries
 */
public abstract sealed class PhaseCodec<O> permits RequestCodec, ResponseCodec, TrailersCodec {
    PhaseCodec() {}

    public static PhaseCodec<RequestOutcome> request() {
        return RequestCodec.INSTANCE;
    }

    public static PhaseCodec<ResponseOutcome> response() {
        return ResponseCodec.INSTANCE;
    }

    /** The codec of calls that run policies on trailers, in either phase. */
    public static PhaseCodec<TrailersOutcome> trailers() {
        return TrailersCodec.INSTANCE;
    }

    /** Returns the codec for the kind to which a call belongs. */
    @SuppressWarnings("unchecked") // the outcomes of a call are those of its phase
    public static <O> PhaseCodec<O> of(SegmentCall<O> call) {
        return (PhaseCodec<O>)
                switch (call) {
                    case RequestCall _ -> request();
                    case ResponseCall _ -> response();
                    case TrailersCall _ -> trailers();
                };
    }

    /** Returns the gRPC method for unary calls of this kind. */
    public abstract WorkerMethod method();

    /** Returns whether a policy may respond to the client while it reads chunks of the body. */
    public abstract boolean mayDeny();

    /**
     * Returns the deadline of an encoded call of any kind, without decoding the HTTP message in the call. For a
     * malformed call, which decoding will report, returns the deadline of a call that states none.
     */
    public static long deadlineOf(ByteString encoded, Deadlines deadlines) {
        return CallHead.deadlineOf(encoded, deadlines);
    }

    /** Returns the deadline of an encoded unary call; see {@link #deadlineOf}. */
    public static long deadlineOfUnary(Buffer encoded, Deadlines deadlines) {
        return CallHead.deadlineOf(WireBytes.bytes(encoded), deadlines);
    }

    /** Decodes a call received on the stream. */
    public final ReceivedCall<O> decode(ByteString encoded, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        return decode(encoded, false, deadlines, cancellation);
    }

    /** Decodes a unary call that was received by the method {@link #method}. */
    public final ReceivedCall<O> decodeUnary(Buffer encoded, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        return decode(WireBytes.bytes(encoded), true, deadlines, cancellation);
    }

    abstract ReceivedCall<O> decode(ByteString encoded, boolean unary, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException;

    /** Encodes the answer to a unary call. */
    public final Buffer encodeUnary(SegmentResult<O> result) {
        return WireBytes.buffer(encode(result, false));
    }

    /**
     * Decodes the result of a unary call.
     *
     * @param expected number of entries that the call was to run
     * @throws WorkerException of kind INVALID_ANSWER if the result is inconsistent
     */
    public abstract SegmentResult<O> decodeUnary(Buffer encoded, int expected);

    /**
     * Returns the result without the parts that the kernel did not request or does not support. The kernel would treat
     * unsupported parts as errors.
     */
    public final SegmentResult<O> known(ReceivedCall<O> call, SegmentResult<O> result) {
        SegmentResult<O> wanted = call.takesTimes() ? result : new SegmentResult<>(result.entries());
        return call.takesResponseHeaders() ? wanted : withoutResponseHeaders(wanted);
    }

    abstract SegmentResult<O> withoutResponseHeaders(SegmentResult<O> result);

    /**
     * Encodes a result.
     * @param takesChunks whether the worker requests the chunks of the body
     */
    abstract MessageLite encode(SegmentResult<O> result, boolean takesChunks);

    abstract KernelMessage.Builder put(KernelMessage.Builder message, ByteString call);

    abstract WorkerMessage.Builder put(WorkerMessage.Builder message, SegmentResult<O> result, boolean takesChunks);

    /** Returns the result of a call from a message of a batch, or null if the message is of another kind. */
    abstract @Nullable SegmentResult<O> result(WorkerMessage message, int expected);
}
