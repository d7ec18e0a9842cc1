package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.UnaryRequest;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Set;

/**
 * Converts a unary gRPC call to an HTTP request and its response (gRPC over HTTP2: one length-prefixed message each
 * way). So the call has the same bounds, timeout and cancellation as other call-outs.
 */
final class GrpcMessages {
    /** The length in bytes of a message's prefix: a compression flag and the length of the message. */
    private static final int PREFIX = 5;

    private static final int OK = 0;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int UNAVAILABLE = 14;

    /**
     * gRPC statuses with which a server refuses a call because of its content or its sender: INVALID_ARGUMENT,
     * PERMISSION_DENIED, RESOURCE_EXHAUSTED (which includes messages that are too large), FAILED_PRECONDITION,
     * OUT_OF_RANGE, UNAUTHENTICATED.
     */
    private static final Set<Integer> OF_REQUEST = Set.of(3, 7, 8, 9, 11, 16);

    private GrpcMessages() {}

    static CalloutRequest request(UnaryRequest call) {
        Buffer message = call.message();
        Buffer body = Buffer.buffer(PREFIX + message.length());
        body.appendByte((byte) 0).appendInt(message.length()).appendBuffer(message);
        HeaderMap headers = call.metadata().toBuilder()
                .set("content-type", "application/grpc")
                .build();
        int max = (int) Math.min(Integer.MAX_VALUE, (long) call.maxResponseBytes() + PREFIX);
        return new CalloutRequest(HttpMethod.POST, "/" + call.method(), headers, body, max, call.idempotent());
    }

    /** Returns the message of a successful answer. Throws {@link CalloutException} for any other answer. */
    static Buffer message(String target, ServerAnswer answer) {
        if (answer.status() != 200) {
            throw refused(
                    target,
                    "HTTP status " + answer.status() + " instead of gRPC",
                    answer.status() >= 400 && answer.status() < 500);
        }
        int status = status(target, answer.grpcStatus() == null ? "" : answer.grpcStatus());
        switch (status) {
            case OK -> {}
            case DEADLINE_EXCEEDED -> throw new CalloutException(Kind.TIMEOUT, target, "gRPC status " + status);
            case UNAVAILABLE -> throw new CalloutException(Kind.UNREACHABLE, target, "gRPC status " + status);
            default -> throw refused(target, "gRPC status " + status, OF_REQUEST.contains(status));
        }
        Buffer body = answer.body();
        if (body.length() < PREFIX || body.getByte(0) != 0 || body.getUnsignedInt(1) != body.length() - PREFIX) {
            throw new CalloutException(Kind.MALFORMED, target, "not a single uncompressed gRPC message");
        }
        return body.slice(PREFIX, body.length());
    }

    private static CalloutException refused(String target, String why, boolean isOfRequest) {
        return isOfRequest
                ? CalloutException.ofRequest(Kind.REFUSED, target, why)
                : new CalloutException(Kind.REFUSED, target, why);
    }

    private static int status(String target, String text) {
        boolean isNumber = !text.isEmpty() && text.length() < 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            throw new CalloutException(Kind.MALFORMED, target, "an answer without a gRPC status");
        }
        return Integer.parseInt(text);
    }
}
