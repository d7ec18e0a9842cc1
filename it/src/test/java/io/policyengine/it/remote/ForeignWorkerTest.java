package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.Continue;
import io.policyengine.proto.worker.v1.ImmediateResponse;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.SkipRemainingPolicies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Answers of a worker that others have written, behind a socket. */
class ForeignWorkerTest extends RemoteFixture {
    @Test
    void aWorkerOfAnotherProtocolSaysWhoItIsAndNoMore() {
        TestWorker worker = scripted(true, null, 2);
        WorkerControl control = worker.connect();

        assertThat(worker.await(control::describe))
                .isEqualTo(new WorkerDescription(
                        "foreign", "", new io.policyengine.core.worker.ProtocolVersion(2, 0), 0, 0, List.of()));
    }

    @Test
    void aWorkerThatRefusesTheKernelIsIncompatible() {
        TestWorker worker = scripted(true, null, ScriptedWorker.NO_PROTOCOL);

        assertThatThrownBy(worker::connect)
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.INCOMPATIBLE))
                .hasMessage("no kernel is good enough");
    }

    @Test
    void callsAWorkerWithoutStreamsByUnaryCalls() {
        TestWorker worker = scripted(false, result(proceed()), 1);

        for (int i = 0; i < 3; i++) {
            assertThat(worker.run(QUICK))
                    .containsExactly(new EntryResult.Completed<>(new RequestOutcome.Proceed(List.of(), "fine")));
        }
        WorkerControl control = worker.connect();
        assertThat(worker.await(control::checkHealth).serving()).isFalse();
    }

    @Test
    void gaveUpWaitingForUnaryAnswersToo() {
        TestWorker worker = scripted(false, null, 1);

        assertThatThrownBy(() -> worker.await(() -> worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofMillis(60), new Cancellation()),
                                2,
                                0,
                                1,
                                request(),
                                Metadata.empty()))))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT));
    }

    @Test
    void anAnswerThatMakesNoSenseIsInvalid() {
        ChainSpec two = chain(2, entry("a", "{}"), entry("b", "{}"));

        assertFails(scripted(true, result(), 1), Kind.INVALID_ANSWER, two);
        assertFails(again(result(proceed(), proceed(), proceed())), Kind.INVALID_ANSWER, two);
        assertFails(again(result(proceed())), Kind.INVALID_ANSWER, two);
        assertFails(again(result(deny(), proceed())), Kind.INVALID_ANSWER, two);
    }

    @Test
    void anIllegalInstructionFailsItsEntry() {
        RequestInstruction illegal = RequestInstruction.newBuilder()
                .setSetHeader(io.policyengine.proto.worker.v1.SetHeader.newBuilder()
                        .setName("a")
                        .setValue(ByteString.copyFromUtf8("b\r\nc: d")))
                .build();
        TestWorker worker = scripted(true, result(List.of(illegal)), 1);

        assertThat(worker.run(QUICK))
                .singleElement()
                .isInstanceOfSatisfying(
                        EntryResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.INVALID_INSTRUCTION));
    }

    @Test
    void anImmediateResponseBeatsOtherFlowControlAndTheFirstOfItCounts() {
        RequestInstruction skip = RequestInstruction.newBuilder()
                .setSkipRemainingPolicies(SkipRemainingPolicies.newBuilder().setReason("first"))
                .build();
        List<RequestInstruction> all = new ArrayList<>(List.of(skip));
        all.addAll(proceed());
        TestWorker worker = scripted(true, result(all), 1);
        assertThat(outcome(worker.run(QUICK), 0)).isEqualTo(new RequestOutcome.SkipRemaining(List.of(), "first"));

        all.addAll(deny());
        TestWorker other = again(result(all));
        assertThat(outcome(other.run(QUICK), 0)).isInstanceOf(RequestOutcome.Respond.class);
    }

    private TestWorker scripted(boolean streams, @Nullable RequestResult result, int version) {
        TestWorker worker = elsewhere();
        worker.await(() -> new ScriptedWorker(worker.vertx, streams, result, version)
                .listen(worker.socket)
                .mapEmpty());
        return worker;
    }

    private TestWorker again(RequestResult result) {
        if (open != null) {
            open.close();
        }
        return scripted(true, result, 1);
    }

    @SafeVarargs
    private static RequestResult result(List<RequestInstruction>... entries) {
        RequestResult.Builder result = RequestResult.newBuilder();
        for (List<RequestInstruction> entry : entries) {
            result.addEntries(RequestEntryResult.newBuilder().addAllInstructions(entry));
        }
        return result.build();
    }

    private static List<RequestInstruction> proceed() {
        return List.of(RequestInstruction.newBuilder()
                .setContinue(Continue.newBuilder().setReason("fine"))
                .build());
    }

    private static List<RequestInstruction> deny() {
        return List.of(RequestInstruction.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder().setStatusCode(403))
                .build());
    }
}
