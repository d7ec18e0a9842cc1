package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.proto.worker.v1.CallContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Encodes policy calls, both for the stream and for {@link WorkerMethod#EXECUTE_REQUEST},
 * {@link WorkerMethod#EXECUTE_RESPONSE} and {@link WorkerMethod#EXECUTE_TRAILERS}. {@link PhaseCodec} decodes them.
 */
public final class CallCodec {
    private CallCodec() {}

    /**
     * Encodes a call.
     *
     * @param streamsBody whether the body follows in chunks
     * @param query whether the parameters of the query are included
     * @param deadline the worker's deadline
     */
    public static ByteString encode(SegmentCall<?> call, boolean streamsBody, boolean query, WorkerDeadline deadline) {
        CallContext.Builder context = context(call, deadline).setStreamsBody(streamsBody);
        return switch (call) {
            case RequestCall request ->
                io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                        .setContext(context.setTakesResponseHeaders(true))
                        .setRequest(ViewCodec.encode(request.request(), query))
                        .build()
                        .toByteString();
            case ResponseCall response ->
                io.policyengine.proto.worker.v1.ResponseCall.newBuilder()
                        .setContext(context)
                        .setResponse(ViewCodec.encode(response.response()))
                        .setRequest(ViewCodec.encode(response.request(), query))
                        .setOriginalRequest(ViewCodec.encode(response.originalRequest(), query))
                        .build()
                        .toByteString();
            case TrailersCall trailers ->
                TrailersCodec.encode(trailers, query)
                        .setContext(context)
                        .build()
                        .toByteString();
        };
    }

    private static CallContext.Builder context(SegmentCall<?> called, WorkerDeadline deadline) {
        Call call = called.call();
        CallContext.Builder context = CallContext.newBuilder()
                .setRequestId(call.requestId())
                .setExchangeId(call.exchangeId())
                .setDeadlineMs(deadline.millisLeft())
                .setDeadlineNanos(deadline.instant())
                .setChainId(called.chainId())
                .setFirstEntry(called.firstEntry())
                .setEndEntry(called.endEntry())
                .setCutShort(call.isCutShort())
                .setTakesTimes(true);
        TraceParent trace = call.trace();
        if (trace != null) {
            context.setTraceparent(trace.traceparent()).setTracestate(trace.state());
        }
        if (!called.envoy().isEmpty()) {
            EnvoyMetadataCodec.encode(called.envoy(), context);
        }
        called.metadata().values().forEach((key, value) -> context.putMetadata(key, value.toString()));
        return context;
    }

    /** Returns a call that begins now. The call is marked as cut short if it has already lost too much of its time. */
    static Call call(CallContext context, Deadlines deadlines, Cancellation cancellation) {
        long deadline = deadlines.of(context.getDeadlineMs(), context.getDeadlineNanos());
        return new Call(
                context.getRequestId(),
                context.getExchangeId(),
                deadline,
                cancellation,
                context.getCutShort() || deadlines.isCutShort(context.getDeadlineMs(), deadline),
                TraceParent.parse(context.getTraceparent(), context.getTracestate()));
    }

    static Metadata metadata(CallContext context) throws MalformedCallException {
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

    /**
     * Returns the context of a call. Rejects a unary call that announces chunks, since only calls on the stream can
     * have chunks.
     */
    static CallContext checked(CallContext context, boolean unary) throws MalformedCallException {
        if (unary && context.getStreamsBody()) {
            throw new MalformedCallException("streams_body is permitted only in calls of an Exchange stream");
        }
        return context;
    }

    /** Returns a received call, with the options that the kernel has set in its context. */
    static <O> ReceivedCall<O> received(SegmentCall<O> call, CallContext context, boolean unary)
            throws MalformedCallException {
        return new ReceivedCall<>(
                call,
                context.getStreamsBody(),
                context.getTakesResponseHeaders(),
                context.getTakesTimes(),
                unary ? chain(context) : null);
    }

    private static @Nullable ChainSpec chain(CallContext context) throws MalformedCallException {
        return context.hasChain() ? PreparationCodec.decode(context.getChain()) : null;
    }
}
