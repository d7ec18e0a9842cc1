package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.Phase;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Calls of a kernel that others have written, at a worker behind a socket. */
class ForeignKernelTest extends RemoteFixture {
    @Test
    void aGarbageCallFailsAlone() {
        TestWorker worker = started();
        worker.prepare(QUICK);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        KernelBatch batch = KernelBatch.newBuilder()
                .addMessages(KernelMessage.newBuilder()
                        .setCallId(1)
                        .setRequestCall(ByteString.copyFromUtf8("\u0001garbage")))
                .addMessages(KernelMessage.newBuilder()
                        .setCallId(2)
                        .setRequestCall(call(2, "{\"a\": 1}").toByteString()))
                .addMessages(KernelMessage.newBuilder()
                        .setCallId(3)
                        .setRequestCall(call(2, "{").toByteString()))
                .addMessages(KernelMessage.newBuilder()
                        .setCallId(4)
                        .setBodyChunk(BodyChunk.newBuilder().setEndOfStream(true)))
                .addMessages(KernelMessage.newBuilder()
                        .setCallId(5)
                        .setRequestCall(call(77, "1").toByteString()))
                .addMessages(KernelMessage.newBuilder().setCallId(6))
                .build();

        Map<Long, WorkerMessage> messages =
                worker.await(() -> client.exchange(List.of(KernelBatch.getDefaultInstance(), batch), 5));

        assertThat(messages).containsOnlyKeys(1L, 2L, 3L, 4L, 5L);
        assertThat(code(Objects.requireNonNull(messages.get(1L)))).isEqualTo(CallFailure.Code.CODE_INVALID_CALL);
        assertThat(Objects.requireNonNull(messages.get(2L)).getRequestResult().getEntriesCount())
                .isOne();
        assertThat(code(Objects.requireNonNull(messages.get(3L)))).isEqualTo(CallFailure.Code.CODE_INVALID_CALL);
        assertThat(Objects.requireNonNull(messages.get(4L)).getCallFailure().getMessage())
                .isEqualTo("no call with this id accepts chunks");
        assertThat(code(Objects.requireNonNull(messages.get(5L)))).isEqualTo(CallFailure.Code.CODE_UNKNOWN_CHAIN);
        worker.await(client::close);
    }

    @Test
    void aThousandResetsDoNotLoseTheConnection() {
        TestWorker worker = started();
        worker.prepare(NEVER, QUICK);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        worker.await(() -> client.ask("ExecuteRequest", call(2, "1"), RequestResult.parser()));

        for (int round = 0; round < 10; round++) {
            worker.await(() -> {
                List<Future<?>> resets = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    // Some are answered before the reset comes: the client resets each frame of these answers as well,
                    // up to five, and ends its connection after 200 of that, which is no matter of the server's.
                    long chain = i < 2 ? 2 : 1;
                    // A reset before the request is written counts there too.
                    resets.add(client.request("ExecuteRequest")
                            .compose(request -> request.end(
                                            Buffer.buffer(call(chain, "1").toByteArray()))
                                    .onComplete(_ -> request.cancel())));
                }
                return Future.all(resets);
            });
        }

        worker.await(() -> client.ask("ExecuteRequest", call(2, "1"), RequestResult.parser()));
        assertThat(client.connections).hasValue(1);
        worker.await(client::close);
    }

    @Test
    void runsAChainThatComesWithItsCall() {
        TestWorker worker = started();
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        Chain chain = Chain.newBuilder()
                .setPhase(Phase.PHASE_REQUEST)
                .addEntries(ChainEntry.newBuilder().setName("one").setPolicy("denying"))
                .addEntries(ChainEntry.newBuilder().setName("two").setPolicy("absent"))
                .build();

        RequestResult result = worker.await(() -> client.ask("ExecuteRequest", inline(chain), RequestResult.parser()));

        assertThat(result.getEntriesCount()).isOne();
        assertThat(result.getEntries(0).getInstructions(1).hasImmediateResponse())
                .isTrue();
        assertThat(worker.local().preparedChains()).isZero();
        worker.await(client::close);
    }

    @Test
    void leavesFieldsForTheResponseOnlyToAKernelThatTakesThem() {
        TestWorker worker = started();
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        var old = inline(Chain.newBuilder()
                .setPhase(Phase.PHASE_REQUEST)
                .addEntries(ChainEntry.newBuilder().setName("leave").setPolicy("leave"))
                .build());
        var known = old.toBuilder();
        known.getContextBuilder().setTakesResponseHeaders(true);

        RequestResult dropped = worker.await(() -> client.ask("ExecuteRequest", old, RequestResult.parser()));
        RequestResult left = worker.await(() -> client.ask("ExecuteRequest", known.build(), RequestResult.parser()));

        assertThat(dropped.getEntries(0)).isEqualTo(RequestEntryResult.getDefaultInstance());
        assertThat(left.getEntries(0).getInstructions(0).getSetResponseHeader().getName())
                .isEqualTo("x-left");
        worker.await(client::close);
    }

    @Test
    void skipsAnUnknownPolicyOnlyWhereThatIsAllowed() {
        Chain chain = Chain.newBuilder()
                .setPhase(Phase.PHASE_REQUEST)
                .addEntries(ChainEntry.newBuilder().setName("one").setPolicy("absent"))
                .build();
        TestWorker lenient = started();
        RawWorkerClient client = new RawWorkerClient(lenient.vertx, lenient.socket);
        RequestResult skipped =
                lenient.await(() -> client.ask("ExecuteRequest", inline(chain), RequestResult.parser()));
        assertThat(skipped.getEntries(0).getInstructions(0).hasContinue()).isTrue();
        lenient.await(client::close);
        lenient.close();

        TestWorker strict = TestWorker.start(
                TestWorker.Form.REMOTE, directory, options -> options.with(changed -> changed.failOnUnknown(true)));
        open = strict;
        RawWorkerClient second = new RawWorkerClient(strict.vertx, strict.socket);
        assertThatThrownBy(
                        () -> strict.await(() -> second.ask("ExecuteRequest", inline(chain), RequestResult.parser())))
                .isInstanceOf(InvalidStatusException.class);
        strict.await(second::close);
    }

    @Test
    void refusesAKernelOfAnotherProtocol() {
        TestWorker worker = started();
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        GetWorkerConfigRequest question = GetWorkerConfigRequest.newBuilder()
                .setProtocolVersion(ProtocolVersion.newBuilder().setMajor(2))
                .build();

        assertThatThrownBy(() -> worker.await(() -> client.ask("GetWorkerConfig", question, WorkerConfig.parser())))
                .isInstanceOfSatisfying(
                        InvalidStatusException.class,
                        failure -> assertThat(failure.actualStatus()).isEqualTo(GrpcStatus.FAILED_PRECONDITION));
        worker.await(client::close);
    }

    private static CallFailure.Code code(WorkerMessage message) {
        return message.getCallFailure().getCode();
    }

    private static io.policyengine.proto.worker.v1.RequestCall inline(Chain chain) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(CallContext.newBuilder().setDeadlineMs(2000).setChain(chain))
                .build();
    }
}
