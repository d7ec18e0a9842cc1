package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.it.engine.TestWorkerProcess;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.Continue;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.ImmediateResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.Phase;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.SkipRemainingPolicies;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a worker behind a socket has: a process that comes and goes, and a wire that others may speak wrongly. */
class RemoteWorkerTest {
    private static final ChainSpec NEVER = chain(1, entry("never", "{}"));
    private static final ChainSpec QUICK = chain(2, entry("setHeader", "{\"value\": \"a\"}"));

    @TempDir
    Path directory;

    private @Nullable TestWorker open;

    @AfterEach
    void stop() {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void theLinkRecoversWhenTheWorkerIsRestarted() throws Exception {
        TestWorker worker = started();
        worker.prepare(QUICK);
        outcome(worker.run(QUICK), 0);

        worker.stopServer();
        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        assertFails(worker, Kind.UNREACHABLE, QUICK);

        worker.startServer();
        worker.reconnect();
        worker.prepare();
        awaitReachable(worker);
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void aWorkerThatRestartedDoesNotKnowItsChains() {
        TestWorker worker = started();
        worker.prepare(QUICK);
        worker.stopServer();
        worker.startServer();

        assertFails(worker, Kind.UNKNOWN_CHAIN, QUICK);
    }

    @Test
    void whenTheWorkerIsKilledItsCallsFailAtOnceAndItsSocketCanBeTakenOver() throws Exception {
        TestWorker worker = elsewhere();
        Process process = TestWorkerProcess.start(worker.socket);
        worker.prepare(NEVER, QUICK);
        outcome(worker.run(QUICK), 0);
        List<Future<?>> running = worker.await(() -> Future.succeededFuture(List.of(
                worker.link().execute(worker.requestCall(1, 1, request(), Metadata.empty())),
                worker.link().execute(worker.requestCall(1, 1, request(), Metadata.empty())))));
        outcome(worker.run(QUICK), 0);

        process.destroyForcibly().waitFor();

        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        for (Future<?> call : running) {
            assertThatThrownBy(() -> worker.await(() -> call.mapEmpty()))
                    .isInstanceOfSatisfying(
                            WorkerException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST));
        }
        assertThat(Path.of(worker.socket)).exists();
        worker.startServer();
        worker.reconnect();
        worker.prepare();
        awaitReachable(worker);
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void refusesASocketThatIsInUseAndSetsModes() throws IOException {
        TestWorker worker = started();
        LocalWorker second = new LocalWorker(
                worker.vertx,
                WorkerOptions.defaults("second", "0", directory),
                PolicyRegistry.of(List.of()),
                new SimpleMeterRegistry());
        WorkerServer server = new WorkerServer(
                worker.vertx, second, WorkerSocket.ownersOnly(worker.socket), 1, new SimpleMeterRegistry());

        assertThatThrownBy(() -> worker.await(server::start)).hasMessageContaining("in use by another process");
        worker.await(second::close);
        assertThat(mode(Path.of(worker.socket))).isEqualTo("rw-------");
        assertThat(mode(directory)).isEqualTo("rwx------");
        worker.prepare(QUICK);
        outcome(worker.run(QUICK), 0);

        worker.stopServer();
        assertThat(Path.of(worker.socket)).doesNotExist();
    }

    @Test
    void callsFailFastWhileNobodyListens() {
        TestWorker worker = elsewhere();

        assertThatThrownBy(worker::connect)
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE));
        for (int i = 0; i < 100; i++) {
            assertFails(worker, Kind.UNREACHABLE, QUICK);
        }
    }

    /** A kernel tries for days to reach a worker that is gone for good. */
    @Test
    void anAttemptThatFailedLeavesNothingInMemory() {
        TestWorker worker = elsewhere();
        RemoteWorker connector = new RemoteWorker(
                worker.vertx, RemoteWorkerOptions.defaults(worker.socket), Ticker.SYSTEM, () -> {}, new LongAdder());
        List<WeakReference<Runnable>> attempts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            AtomicBoolean wasLost = new AtomicBoolean();
            Runnable lost = () -> wasLost.set(true);
            attempts.add(new WeakReference<>(lost));
            assertThatThrownBy(() -> worker.await(() -> connector.connect(lost)))
                    .isInstanceOf(WorkerException.class);
        }

        worker.await(connector::close);

        Await.until(() -> {
            System.gc();
            return attempts.stream().allMatch(attempt -> attempt.refersTo(null));
        });
    }

    @Test
    void boundsTheCallsThatWait() {
        TestWorker worker = started();
        worker.prepare(NEVER, QUICK);
        Cancellation cancellation = new Cancellation();

        worker.await(() -> {
            for (int i = 0; i < 50; i++) {
                worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofSeconds(5), cancellation),
                                1,
                                0,
                                1,
                                request(),
                                Metadata.empty()));
            }
            return Future.succeededFuture(true);
        });
        assertFails(worker, Kind.OVERLOADED, QUICK);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void drainsWithoutLosingCalls() throws Exception {
        TestWorker worker = TestWorker.startKeeping(directory);
        open = worker;
        ChainSpec slow = chain(3, entry("later", "{}"), entry("later", "{}"), entry("later", "{}"));
        worker.prepare(slow);
        worker.run(slow);
        List<Future<?>> running = worker.await(() -> {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(worker.link().execute(worker.requestCall(3, 3, request(), Metadata.empty())));
            }
            return Future.succeededFuture(calls);
        });

        long begun = System.nanoTime();
        worker.await(() -> worker.drain(Duration.ofMinutes(2)));

        worker.await(() -> Future.all(running));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.local().health().serving()).isFalse();
        assertThat(Path.of(worker.socket)).doesNotExist();
    }

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

        List<WorkerBatch> answers = worker.await(() ->
                client.stream("Exchange", List.of(KernelBatch.getDefaultInstance(), batch), WorkerBatch.parser(), 1));

        List<WorkerMessage> messages = answers.getFirst().getMessagesList();
        assertThat(messages).hasSize(5);
        assertThat(code(messages.get(0))).isEqualTo(CallFailure.Code.CODE_INVALID_CALL);
        assertThat(messages.get(1).getRequestResult().getEntriesCount()).isOne();
        assertThat(code(messages.get(2))).isEqualTo(CallFailure.Code.CODE_INVALID_CALL);
        assertThat(messages.get(3).getCallFailure().getMessage()).isEqualTo("no call with this id takes chunks");
        assertThat(code(messages.get(4))).isEqualTo(CallFailure.Code.CODE_UNKNOWN_CHAIN);
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

    @Test
    void releasesWhatAKernelThatIsGoneHadPrepared() {
        TestWorker worker = started();
        worker.prepare(QUICK);
        assertThat(worker.local().preparedChains()).isOne();

        worker.disconnect();

        awaitChains(worker, 0);
    }

    @Test
    void releasesWhatIsPreparedForAKernelThatHasGoneMeanwhile() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> mayEnd = new CompletableFuture<>();
        TestWorker worker =
                TestWorker.start(TestWorker.Form.REMOTE, directory, List.of(TestPolicies.request("slow", (_, _) -> {
                    begun.complete(null);
                    mayEnd.join();
                    return _ -> RequestOutcome.proceed(List.of());
                })));
        open = worker;
        WorkerControl control = worker.connect();
        worker.await(() -> Future.succeededFuture(control.prepare(1, List.of(chain(1, entry("slow", "{}"))))));
        begun.join();
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        PrepareChainsRequest next = PrepareChainsRequest.newBuilder()
                .addChains(Chain.newBuilder().setId(2).setPhase(Phase.PHASE_REQUEST))
                .build();

        worker.disconnect();
        worker.await(
                () -> client.ask("HealthCheck", HealthCheckRequest.getDefaultInstance(), HealthCheckResponse.parser()));
        mayEnd.complete(null);
        worker.await(() -> client.ask("PrepareChains", next, PrepareChainsResponse.parser()));

        awaitChains(worker, 1);
        worker.await(client::close);
    }

    @Test
    void keepsWhatAnotherConnectionHasPreparedAgain() {
        TestWorker worker = started();
        worker.prepare(QUICK, NEVER);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        PrepareChainsRequest again = PrepareChainsRequest.newBuilder()
                .addChains(Chain.newBuilder()
                        .setId(2)
                        .setPhase(Phase.PHASE_REQUEST)
                        .addEntries(ChainEntry.newBuilder().setName("one").setPolicy("setHeader")))
                .build();
        worker.await(() -> client.ask("PrepareChains", again, PrepareChainsResponse.parser()));

        worker.disconnect();

        awaitChains(worker, 1);
        worker.await(() -> client.ask("ExecuteRequest", call(2, "1"), RequestResult.parser()));
        worker.await(client::close);
    }

    private static void awaitChains(TestWorker worker, int expected) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (worker.local().preparedChains() > expected && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(worker.local().preparedChains()).isEqualTo(expected);
    }

    @Test
    void aCallOfOneTurnTravelsWithTheOthers() {
        TestWorker worker = started();
        worker.prepare(QUICK);

        List<Future<?>> calls = worker.await(() -> {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(worker.link().execute(worker.requestCall(2, 1, request(), Metadata.empty())));
            }
            return Future.all(all).map(all);
        });

        assertThat(calls).hasSize(50).allMatch(Future::succeeded);
        assertThat(outcome(worker.run(QUICK), 0).instructions()).containsExactly(new SetHeader("x-test", "a"));
    }

    private TestWorker started() {
        TestWorker worker = TestWorker.start(TestWorker.Form.REMOTE, directory, options -> options);
        open = worker;
        return worker;
    }

    private TestWorker elsewhere() {
        TestWorker worker = TestWorker.elsewhere(directory);
        open = worker;
        return worker;
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

    /** The link waits a moment after a failed attempt: asks until it tries again. */
    private static void awaitReachable(TestWorker worker) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            try {
                worker.run(QUICK);
                return;
            } catch (WorkerException notYet) {
                assertThat(notYet.kind()).isEqualTo(Kind.UNREACHABLE);
            }
        }
    }

    private static void assertFails(TestWorker worker, Kind kind, ChainSpec chain) {
        Supplier<Object> run = () -> worker.run(chain);
        assertThatThrownBy(run::get)
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }

    private static CallFailure.Code code(WorkerMessage message) {
        return message.getCallFailure().getCode();
    }

    private static io.policyengine.proto.worker.v1.RequestCall call(long chain, String metadata) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(CallContext.newBuilder()
                        .setDeadlineMs(2000)
                        .setChainId(chain)
                        .putMetadata("k", metadata))
                .build();
    }

    private static io.policyengine.proto.worker.v1.RequestCall inline(Chain chain) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(CallContext.newBuilder().setDeadlineMs(2000).setChain(chain))
                .build();
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

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
