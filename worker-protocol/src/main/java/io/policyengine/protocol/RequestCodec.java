package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes calls of the request phase. */
final class RequestCodec extends PhaseCodec<RequestOutcome> {
    static final RequestCodec INSTANCE = new RequestCodec();

    @Override
    public WorkerMethod method() {
        return WorkerMethod.EXECUTE_REQUEST;
    }

    @Override
    public boolean mayDeny() {
        return true;
    }

    @Override
    ReceivedCall<RequestOutcome> decode(
            ByteString encoded, boolean unary, Deadlines deadlines, Cancellation cancellation)
            throws MalformedCallException {
        var wire = WireBytes.question(io.policyengine.proto.worker.v1.RequestCall.parser(), encoded);
        CallContext context = CallCodec.checked(wire.getContext(), unary);
        RequestCall call = new RequestCall(
                CallCodec.call(context, deadlines, cancellation),
                context.getChainId(),
                context.getFirstEntry(),
                context.getEndEntry(),
                ViewCodec.decode(wire.getRequest()),
                CallCodec.metadata(context),
                EnvoyMetadataCodec.decode(context),
                false);
        return CallCodec.received(call, context, unary);
    }

    @Override
    SegmentResult<RequestOutcome> withoutResponseHeaders(SegmentResult<RequestOutcome> result) {
        return new SegmentResult<>(
                result.entries().stream().map(RequestCodec::unmarked).toList(), result.times());
    }

    private static EntryResult<RequestOutcome> unmarked(EntryResult<RequestOutcome> entry) {
        if (!(entry instanceof EntryResult.Completed<RequestOutcome>(RequestOutcome outcome))) {
            return entry;
        }
        List<RequestInstruction> kept = outcome.instructions().stream()
                .filter(instruction -> !(instruction instanceof SetResponseHeader))
                .toList();
        return new EntryResult.Completed<>(
                switch (outcome) {
                    case RequestOutcome.Proceed(var _, String reason, var token) ->
                        new RequestOutcome.Proceed(kept, reason, token);
                    case RequestOutcome.SkipRemaining(var _, String reason) ->
                        new RequestOutcome.SkipRemaining(kept, reason);
                    case RequestOutcome.Respond(var response, var _) -> new RequestOutcome.Respond(response, kept);
                });
    }

    @Override
    RequestResult encode(SegmentResult<RequestOutcome> result, boolean takesChunks) {
        RequestResult.Builder wire = RequestResult.newBuilder().setTakesChunks(takesChunks);
        for (EntryResult<RequestOutcome> entry : result.entries()) {
            wire.addEntries(ResultCodec.encode(RequestOutcomeCodec.INSTANCE, entry));
        }
        for (int i = 0; i < result.times().count(); i++) {
            wire.addEntryBeganNanos(result.times().began(i))
                    .addEntryNanos(result.times().took(i));
        }
        return wire.build();
    }

    @Override
    public SegmentResult<RequestOutcome> decodeUnary(Buffer encoded, int expected) {
        return decode(WireBytes.answer(RequestResult.getDefaultInstance(), encoded), expected);
    }

    static SegmentResult<RequestOutcome> decode(RequestResult result, int expected) {
        return ResultCodec.decode(
                RequestOutcomeCodec.INSTANCE,
                result.getEntriesList(),
                expected,
                result.getEntryBeganNanosList(),
                result.getEntryNanosList());
    }

    @Override
    KernelMessage.Builder put(KernelMessage.Builder message, ByteString call) {
        return message.setRequestCall(call);
    }

    @Override
    WorkerMessage.Builder put(
            WorkerMessage.Builder message, SegmentResult<RequestOutcome> result, boolean takesChunks) {
        return message.setRequestResult(encode(result, takesChunks));
    }

    @Override
    @Nullable
    SegmentResult<RequestOutcome> result(WorkerMessage message, int expected) {
        return message.hasRequestResult() ? decode(message.getRequestResult(), expected) : null;
    }
}
