package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.TrailersResult;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes calls that run policies on trailers, in either phase. */
final class TrailersCodec extends PhaseCodec<TrailersOutcome> {
    static final TrailersCodec INSTANCE = new TrailersCodec();

    @Override
    public WorkerMethod method() {
        return WorkerMethod.EXECUTE_TRAILERS;
    }

    @Override
    public boolean mayDeny() {
        return false;
    }

    /** Encodes a call on trailers, without the context that all calls have. */
    static io.policyengine.proto.worker.v1.TrailersCall.Builder encode(TrailersCall call, boolean query) {
        TrailersContext seen = call.context();
        var wire = io.policyengine.proto.worker.v1.TrailersCall.newBuilder()
                .setPhase(EnumCodec.encode(call.phase()))
                .setRequest(ViewCodec.encode(seen.request(), query))
                .setOriginalRequest(ViewCodec.encode(seen.originalRequest(), query));
        if (call.phase() == Phase.RESPONSE) {
            wire.setResponse(ViewCodec.encode(seen.response()));
        }
        seen.trailers().forEach((name, value) -> wire.addTrailers(ViewCodec.header(name, value)));
        return wire;
    }

    @Override
    ReceivedCall<TrailersOutcome> decode(
            ByteString encoded, boolean unary, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        var wire = WireBytes.question(io.policyengine.proto.worker.v1.TrailersCall.parser(), encoded);
        CallContext context = CallCodec.checked(wire.getContext(), unary);
        if (context.getStreamsBody()) {
            throw new MalformedCallException("a call with trailers has streams_body");
        }
        TrailersContext seen = new TrailersContext(
                ViewCodec.headers(wire.getTrailersList()),
                wire.hasResponse() ? ViewCodec.decode(wire.getResponse()) : ResponseView.absentResponse(),
                ViewCodec.decode(wire.getRequest()),
                ViewCodec.decode(wire.getOriginalRequest()),
                CallCodec.metadata(context),
                CallCodec.call(context, deadlines, cancellation),
                EnvoyMetadataCodec.decode(context));
        TrailersCall call = new TrailersCall(
                phase(wire.getPhase()),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                seen,
                false);
        return CallCodec.received(call, context, unary);
    }

    private static Phase phase(io.policyengine.proto.worker.v1.Phase wire) throws MalformedCallException {
        Phase phase = EnumCodec.decode(wire);
        if (phase == null) {
            throw new MalformedCallException("a call with trailers has an unknown phase");
        }
        return phase;
    }

    @Override
    SegmentResult<TrailersOutcome> withoutResponseHeaders(SegmentResult<TrailersOutcome> result) {
        return result;
    }

    @Override
    TrailersResult encode(SegmentResult<TrailersOutcome> result, boolean takesChunks) {
        TrailersResult.Builder wire = TrailersResult.newBuilder();
        for (EntryResult<TrailersOutcome> entry : result.entries()) {
            wire.addEntries(ResultCodec.encode(TrailersOutcomeCodec.INSTANCE, entry));
        }
        for (int i = 0; i < result.times().count(); i++) {
            wire.addEntryBeganNanos(result.times().began(i))
                    .addEntryNanos(result.times().took(i));
        }
        return wire.build();
    }

    @Override
    public SegmentResult<TrailersOutcome> decodeUnary(Buffer encoded, int expected) {
        return decode(WireBytes.answer(TrailersResult.getDefaultInstance(), encoded), expected);
    }

    private static SegmentResult<TrailersOutcome> decode(TrailersResult result, int expected) {
        return ResultCodec.decode(
                TrailersOutcomeCodec.INSTANCE,
                result.getEntriesList(),
                expected,
                result.getEntryBeganNanosList(),
                result.getEntryNanosList());
    }

    @Override
    KernelMessage.Builder put(KernelMessage.Builder message, ByteString call) {
        return message.setTrailersCall(call);
    }

    @Override
    WorkerMessage.Builder put(
            WorkerMessage.Builder message, SegmentResult<TrailersOutcome> result, boolean takesChunks) {
        return message.setTrailersResult(encode(result, takesChunks));
    }

    @Override
    @Nullable
    SegmentResult<TrailersOutcome> result(WorkerMessage message, int expected) {
        return message.hasTrailersResult() ? decode(message.getTrailersResult(), expected) : null;
    }
}
