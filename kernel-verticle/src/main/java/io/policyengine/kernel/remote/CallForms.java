package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;
import io.policyengine.protocol.ResultCodec;
import io.policyengine.protocol.WorkerMethod;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The two kinds of calls. */
final class CallForms {
    static final PendingCall.Form<RequestOutcome> REQUEST = new PendingCall.Form<>() {
        @Override
        public WorkerMethod method() {
            return WorkerMethod.EXECUTE_REQUEST;
        }

        @Override
        public void put(CallBatch.Writer batch, long id, ByteString call) {
            batch.requestCall(id, call);
        }

        @Override
        public @Nullable SegmentResult<RequestOutcome> read(AnswerBatch answer, int expected) {
            return answer.requestResult(expected);
        }

        @Override
        public boolean mayDeny() {
            return true;
        }

        @Override
        public SegmentResult<RequestOutcome> read(Buffer answer, int expected) {
            return ResultCodec.decodeRequest(answer, expected);
        }
    };

    static final PendingCall.Form<ResponseOutcome> RESPONSE = new PendingCall.Form<>() {
        @Override
        public WorkerMethod method() {
            return WorkerMethod.EXECUTE_RESPONSE;
        }

        @Override
        public void put(CallBatch.Writer batch, long id, ByteString call) {
            batch.responseCall(id, call);
        }

        @Override
        public @Nullable SegmentResult<ResponseOutcome> read(AnswerBatch answer, int expected) {
            return answer.responseResult(expected);
        }

        @Override
        public boolean mayDeny() {
            return false;
        }

        @Override
        public SegmentResult<ResponseOutcome> read(Buffer answer, int expected) {
            return ResultCodec.decodeResponse(answer, expected);
        }
    };

    private CallForms() {}
}
