package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.CallFailure;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.Test;

class CallFaultTest {
    @Test
    void aFaultIsTheSameToTheKernelOnTheStreamAndByItself() {
        for (CallFault fault : CallFault.values()) {
            assertThat(CallFault.decode(fault.encode("why")).kind()).isEqualTo(CallFault.kindOf(fault.status()));
        }
    }

    @Test
    void whatTheKernelActsOnComesBackAsItWas() {
        for (Kind kind : Kind.values()) {
            WorkerException failure = new WorkerException(kind, "why");

            Kind read = CallFault.decode(CallFault.of(failure).encode("why")).kind();

            assertThat(read)
                    .isEqualTo(
                            switch (kind) {
                                case OVERLOADED, ABORTED_BY_OVERLOAD, UNKNOWN_CHAIN, DEADLINE_EXCEEDED -> kind;
                                // Of a cancelled call, whose answer no caller awaits.
                                case TIMEOUT -> Kind.DEADLINE_EXCEEDED;
                                case UNREACHABLE, CONNECTION_LOST, INVALID_ANSWER, INCOMPATIBLE, INTERNAL ->
                                    Kind.INTERNAL;
                            });
        }
        assertThat(CallFault.of(new IllegalStateException("a fault"))).isEqualTo(CallFault.INTERNAL);
    }

    @Test
    void aCodeThatIsNotKnownHereIsNeverTriedAgain() {
        WorkerException read =
                CallFault.decode(CallFailure.newBuilder().setCodeValue(99).build());

        assertThat(read.kind()).isEqualTo(Kind.INTERNAL);
        assertThat(read.isSafeToRetry()).isFalse();
    }

    @Test
    void aStatusByWhichACallMayHaveBegunIsNeverTriedAgain() {
        for (GrpcStatus status : GrpcStatus.values()) {
            boolean retried = new WorkerException(CallFault.kindOf(status), "why").isSafeToRetry();

            assertThat(retried).isEqualTo(status == GrpcStatus.RESOURCE_EXHAUSTED || status == GrpcStatus.NOT_FOUND);
        }
    }
}
