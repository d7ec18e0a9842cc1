package io.policyengine.protocol;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.CallFailure;
import io.vertx.grpc.common.GrpcStatus;
import org.jspecify.annotations.Nullable;

/**
 * The reasons why a call fails as a whole in the worker. The stream reports them as codes, unary calls as gRPC
 * statuses.
 */
public enum CallFault {
    INVALID_CALL,
    /** The worker has not prepared the chain. */
    UNKNOWN_CHAIN,
    /** The worker has too many calls, so this call did not begin. */
    OVERLOADED,
    /** The worker ended the call because of overload, after the call had begun. */
    ABORTED_BY_OVERLOAD,
    /**
     * The call's time ended before all entries had run. The kernel denies the message, because some entries did not get
     * their time.
     */
    DEADLINE_EXCEEDED,
    /** The worker failed because of an internal error. */
    INTERNAL;

    /** Returns the fault that a worker reports to the kernel for an exception. */
    public static CallFault of(@Nullable Throwable cause) {
        return cause instanceof WorkerException failure ? of(failure.kind()) : INTERNAL;
    }

    private static CallFault of(Kind kind) {
        return switch (kind) {
            case OVERLOADED -> OVERLOADED;
            case ABORTED_BY_OVERLOAD -> ABORTED_BY_OVERLOAD;
            case UNKNOWN_CHAIN -> UNKNOWN_CHAIN;
            case TIMEOUT, DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
            case UNREACHABLE, CONNECTION_LOST, INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> INTERNAL;
        };
    }

    private Kind kind() {
        return switch (this) {
            case OVERLOADED -> Kind.OVERLOADED;
            case ABORTED_BY_OVERLOAD -> Kind.ABORTED_BY_OVERLOAD;
            case UNKNOWN_CHAIN -> Kind.UNKNOWN_CHAIN;
            case DEADLINE_EXCEEDED -> Kind.DEADLINE_EXCEEDED;
            case INVALID_CALL, INTERNAL -> Kind.INTERNAL;
        };
    }

    CallFailure encode(String message) {
        return CallFailure.newBuilder().setCode(code()).setMessage(message).build();
    }

    static WorkerException decode(CallFailure wire) {
        return new WorkerException(of(wire.getCode()).kind(), TextTruncation.beginning(wire.getMessage()));
    }

    private CallFailure.Code code() {
        return switch (this) {
            case INVALID_CALL -> CallFailure.Code.CODE_INVALID_CALL;
            case UNKNOWN_CHAIN -> CallFailure.Code.CODE_UNKNOWN_CHAIN;
            case OVERLOADED -> CallFailure.Code.CODE_OVERLOADED;
            case ABORTED_BY_OVERLOAD -> CallFailure.Code.CODE_ABORTED_BY_OVERLOAD;
            case DEADLINE_EXCEEDED -> CallFailure.Code.CODE_DEADLINE_EXCEEDED;
            case INTERNAL -> CallFailure.Code.CODE_INTERNAL;
        };
    }

    private static CallFault of(CallFailure.Code code) {
        return switch (code) {
            case CODE_INVALID_CALL -> INVALID_CALL;
            case CODE_UNKNOWN_CHAIN -> UNKNOWN_CHAIN;
            case CODE_OVERLOADED -> OVERLOADED;
            case CODE_ABORTED_BY_OVERLOAD -> ABORTED_BY_OVERLOAD;
            case CODE_DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
            case CODE_INTERNAL, CODE_UNSPECIFIED, UNRECOGNIZED -> INTERNAL;
        };
    }

    /** Returns the gRPC status with which a unary call reports this fault. */
    public GrpcStatus status() {
        return switch (this) {
            case INVALID_CALL -> GrpcStatus.INVALID_ARGUMENT;
            case UNKNOWN_CHAIN -> GrpcStatus.NOT_FOUND;
            case OVERLOADED -> GrpcStatus.RESOURCE_EXHAUSTED;
            case ABORTED_BY_OVERLOAD -> GrpcStatus.ABORTED;
            case DEADLINE_EXCEEDED -> GrpcStatus.DEADLINE_EXCEEDED;
            case INTERNAL -> GrpcStatus.INTERNAL;
        };
    }

    /** Converts the gRPC status of a unary call to a kind of failure. */
    public static Kind kindOf(GrpcStatus status) {
        return switch (status) {
            case RESOURCE_EXHAUSTED -> Kind.OVERLOADED;
            case ABORTED -> Kind.ABORTED_BY_OVERLOAD;
            case NOT_FOUND -> Kind.UNKNOWN_CHAIN;
            case DEADLINE_EXCEEDED -> Kind.DEADLINE_EXCEEDED;
            // A status of GetWorkerConfig: the worker speaks another version.
            case FAILED_PRECONDITION -> Kind.INCOMPATIBLE;
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS,
                    UNAUTHENTICATED -> Kind.INTERNAL;
        };
    }
}
