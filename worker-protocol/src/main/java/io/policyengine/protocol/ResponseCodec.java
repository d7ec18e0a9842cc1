package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes calls of the response phase. */
final class ResponseCodec extends PhaseCodec<ResponseOutcome> {
    static final ResponseCodec INSTANCE = new ResponseCodec();

    @Override
    public WorkerMethod method() {
        return WorkerMethod.EXECUTE_RESPONSE;
    }

    @Override
    public boolean mayDeny() {
        return false;
    }

    @Override
    ReceivedCall<ResponseOutcome> decode(
            ByteString encoded, boolean unary, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        var wire = WireBytes.question(io.policyengine.proto.worker.v1.ResponseCall.parser(), encoded);
        CallContext context = CallCodec.checked(wire.getContext(), unary);
        ResponseCall call = new ResponseCall(
                CallCodec.call(context, deadlines, cancellation),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                ViewCodec.decode(wire.getResponse()),
                ViewCodec.decode(wire.getRequest()),
                ViewCodec.decode(wire.getOriginalRequest()),
                CallCodec.metadata(context),
                EnvoyMetadataCodec.decode(context),
                false);
        return CallCodec.received(call, context, unary);
    }

    @Override
    SegmentResult<ResponseOutcome> withoutResponseHeaders(SegmentResult<ResponseOutcome> result) {
        return result;
    }

    @Override
    ResponseResult encode(SegmentResult<ResponseOutcome> result, boolean takesChunks) {
        ResponseResult.Builder wire = ResponseResult.newBuilder().setTakesChunks(takesChunks);
        for (EntryResult<ResponseOutcome> entry : result.entries()) {
            wire.addEntries(ResultCodec.encode(ResponseOutcomeCodec.INSTANCE, entry));
        }
        for (int i = 0; i < result.times().count(); i++) {
            wire.addEntryBeganNanos(result.times().began(i))
                    .addEntryNanos(result.times().took(i));
        }
        return wire.build();
    }

    @Override
    public SegmentResult<ResponseOutcome> decodeUnary(Buffer encoded, int expected) {
        return decode(WireBytes.answer(ResponseResult.getDefaultInstance(), encoded), expected);
    }

    static SegmentResult<ResponseOutcome> decode(ResponseResult result, int expected) {
        return ResultCodec.decode(
                ResponseOutcomeCodec.INSTANCE,
                result.getEntriesList(),
                expected,
                result.getEntryBeganNanosList(),
                result.getEntryNanosList());
    }

    @Override
    KernelMessage.Builder put(KernelMessage.Builder message, ByteString call) {
        return message.setResponseCall(call);
    }

    @Override
    WorkerMessage.Builder put(
            WorkerMessage.Builder message, SegmentResult<ResponseOutcome> result, boolean takesChunks) {
        return message.setResponseResult(encode(result, takesChunks));
    }

    @Override
    @Nullable
    SegmentResult<ResponseOutcome> result(WorkerMessage message, int expected) {
        return message.hasResponseResult() ? decode(message.getResponseResult(), expected) : null;
    }
}
