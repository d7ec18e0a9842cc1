package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.RequestCall;
import java.io.IOException;

/**
 * Reads the deadline of an encoded call, and skips all other fields. In calls of all kinds, the context is in the field
 * with the same number.
 */
final class CallHead {
    private static final int CONTEXT = RequestCall.CONTEXT_FIELD_NUMBER;
    private static final int MILLIS = CallContext.DEADLINE_MS_FIELD_NUMBER;
    private static final int INSTANT = CallContext.DEADLINE_NANOS_FIELD_NUMBER;

    private int millisLeft;
    private long instant;

    private CallHead() {}

    static long deadlineOf(ByteString call, Deadlines deadlines) {
        CallHead head = new CallHead();
        try {
            head.readCall(call.newCodedInput());
        } catch (IOException malformed) {
            return deadlines.of(0, 0);
        }
        return deadlines.of(head.millisLeft, head.instant);
    }

    private void readCall(CodedInputStream call) throws IOException {
        for (int tag = call.readTag(); tag != 0; tag = call.readTag()) {
            if (tag == tag(CONTEXT, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                int outer = call.pushLimit(call.readRawVarint32());
                readContext(call);
                call.popLimit(outer);
            } else {
                call.skipField(tag);
            }
        }
    }

    private void readContext(CodedInputStream context) throws IOException {
        for (int tag = context.readTag(); tag != 0; tag = context.readTag()) {
            if (tag == tag(MILLIS, WireFormat.WIRETYPE_VARINT)) {
                millisLeft = context.readUInt32();
            } else if (tag == tag(INSTANT, WireFormat.WIRETYPE_FIXED64)) {
                instant = context.readFixed64();
            } else {
                context.skipField(tag);
            }
        }
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }
}
