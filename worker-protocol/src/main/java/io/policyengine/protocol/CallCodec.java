package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Calls, as the stream carries them and as {@link WorkerMethod#EXECUTE_REQUEST} and {@link WorkerMethod#EXECUTE_RESPONSE} take them.
 * A worker reads a call that does not stream its body in the same way, however it came.
 */
public final class CallCodec {
    private CallCodec() {}

    /**
     * An encoded request call.
     *
     * @param streamsBody whether the body comes in chunks afterwards
     * @param query whether it tells the parameters of the query
     * @param now on the ticker
     */
    public static ByteString encode(RequestCall call, boolean streamsBody, boolean query, long now) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(
                        context(call.call(), call.chainId(), call.firstEntry(), call.endEntry(), call.metadata(), now)
                                .setStreamsBody(streamsBody))
                .setRequest(ViewCodec.encode(call.request(), query))
                .build()
                .toByteString();
    }

    /** A request call that came on the stream. */
    public static ReceivedCall<RequestCall> decodeRequest(
            ByteString encoded, Deadlines deadlines, Cancellation cancellation) throws MalformedCallException {
        var wire = Wire.question(io.policyengine.proto.worker.v1.RequestCall.parser(), encoded);
        return new ReceivedCall<>(
                decode(wire, deadlines, cancellation), wire.getContext().getStreamsBody(), null);
    }

    /** A request call that came by itself. */
    public static ReceivedCall<RequestCall> decodeUnaryRequest(
            Buffer encoded, Deadlines deadlines, Cancellation cancellation) throws MalformedCallException {
        var wire = Wire.question(io.policyengine.proto.worker.v1.RequestCall.parser(), Wire.bytes(encoded));
        requireWhole(wire.getContext());
        return new ReceivedCall<>(decode(wire, deadlines, cancellation), false, chain(wire.getContext()));
    }

    private static RequestCall decode(
            io.policyengine.proto.worker.v1.RequestCall wire, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        CallContext context = wire.getContext();
        return new RequestCall(
                call(context, deadlines, cancellation),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                ViewCodec.decode(wire.getRequest()),
                metadata(context));
    }

    /** An encoded response call; see {@link #encode(RequestCall, boolean, boolean, long)}. */
    public static ByteString encode(ResponseCall call, boolean streamsBody, boolean query, long now) {
        return io.policyengine.proto.worker.v1.ResponseCall.newBuilder()
                .setContext(
                        context(call.call(), call.chainId(), call.firstEntry(), call.endEntry(), call.metadata(), now)
                                .setStreamsBody(streamsBody))
                .setResponse(ViewCodec.encode(call.response()))
                .setRequest(ViewCodec.encode(call.request(), query))
                .setOriginalRequest(ViewCodec.encode(call.originalRequest(), query))
                .build()
                .toByteString();
    }

    /** A response call that came on the stream. */
    public static ReceivedCall<ResponseCall> decodeResponse(
            ByteString encoded, Deadlines deadlines, Cancellation cancellation) throws MalformedCallException {
        var wire = Wire.question(io.policyengine.proto.worker.v1.ResponseCall.parser(), encoded);
        return new ReceivedCall<>(
                decode(wire, deadlines, cancellation), wire.getContext().getStreamsBody(), null);
    }

    /** A response call that came by itself. */
    public static ReceivedCall<ResponseCall> decodeUnaryResponse(
            Buffer encoded, Deadlines deadlines, Cancellation cancellation) throws MalformedCallException {
        var wire = Wire.question(io.policyengine.proto.worker.v1.ResponseCall.parser(), Wire.bytes(encoded));
        requireWhole(wire.getContext());
        return new ReceivedCall<>(decode(wire, deadlines, cancellation), false, chain(wire.getContext()));
    }

    private static ResponseCall decode(
            io.policyengine.proto.worker.v1.ResponseCall wire, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        CallContext context = wire.getContext();
        return new ResponseCall(
                call(context, deadlines, cancellation),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                ViewCodec.decode(wire.getResponse()),
                ViewCodec.decode(wire.getRequest()),
                ViewCodec.decode(wire.getOriginalRequest()),
                metadata(context));
    }

    private static CallContext.Builder context(Call call, long chain, int first, int end, Metadata metadata, long now) {
        CallContext.Builder context = CallContext.newBuilder()
                .setRequestId(call.requestId())
                .setExchangeId(call.exchangeId())
                .setDeadlineMs(Deadlines.millisLeft(call.deadlineNanos() - now))
                .setChainId(chain)
                .setFirstEntry(first)
                .setEndEntry(end);
        metadata.values().forEach((key, value) -> context.putMetadata(key, value.toString()));
        return context;
    }

    private static Call call(CallContext context, Deadlines deadlines, Cancellation cancellation) {
        return new Call(
                context.getRequestId(),
                context.getExchangeId(),
                deadlines.after(context.getDeadlineMs()),
                cancellation);
    }

    private static Metadata metadata(CallContext context) throws MalformedCallException {
        Map<String, String> texts = context.getMetadataMap();
        if (texts.isEmpty()) {
            return Metadata.empty();
        }
        Map<String, JsonNode> values = HashMap.newHashMap(texts.size());
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            values.put(entry.getKey(), JsonText.decode("metadata " + entry.getKey(), entry.getValue()));
        }
        return Metadata.of(values);
    }

    private static void requireWhole(CallContext context) throws MalformedCallException {
        if (context.getStreamsBody()) {
            throw new MalformedCallException("streams_body is for calls of an Exchange stream");
        }
    }

    private static @Nullable ChainSpec chain(CallContext context) throws MalformedCallException {
        return context.hasChain() ? PreparationCodec.decode(context.getChain()) : null;
    }
}
