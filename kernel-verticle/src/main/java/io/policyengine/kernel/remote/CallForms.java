package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The two kinds of calls. */
final class CallForms {
    static final PendingCall.Form<RequestOutcome> REQUEST = new PendingCall.Form<>() {
        @Override
        public String method() {
            return "ExecuteRequest";
        }

        @Override
        public void put(KernelMessage.Builder message, ByteString call) {
            message.setRequestCall(call);
        }

        @Override
        public @Nullable SegmentResult<RequestOutcome> read(WorkerMessage answer, int expected) {
            return answer.hasRequestResult() ? ResultDecoder.request(answer.getRequestResult(), expected) : null;
        }

        @Override
        public boolean takesChunks(WorkerMessage answer) {
            return answer.getRequestResult().getTakesChunks();
        }

        @Override
        public boolean mayDeny() {
            return true;
        }

        @Override
        public SegmentResult<RequestOutcome> read(Buffer answer, int expected) {
            return ResultDecoder.request(Wire.parse(RequestResult.parser(), answer), expected);
        }
    };

    static final PendingCall.Form<ResponseOutcome> RESPONSE = new PendingCall.Form<>() {
        @Override
        public String method() {
            return "ExecuteResponse";
        }

        @Override
        public void put(KernelMessage.Builder message, ByteString call) {
            message.setResponseCall(call);
        }

        @Override
        public @Nullable SegmentResult<ResponseOutcome> read(WorkerMessage answer, int expected) {
            return answer.hasResponseResult() ? ResultDecoder.response(answer.getResponseResult(), expected) : null;
        }

        @Override
        public boolean takesChunks(WorkerMessage answer) {
            return answer.getResponseResult().getTakesChunks();
        }

        @Override
        public boolean mayDeny() {
            return false;
        }

        @Override
        public SegmentResult<ResponseOutcome> read(Buffer answer, int expected) {
            return ResultDecoder.response(Wire.parse(ResponseResult.parser(), answer), expected);
        }
    };

    private CallForms() {}
}
