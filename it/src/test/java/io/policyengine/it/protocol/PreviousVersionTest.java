package io.policyengine.it.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.it.protocol.Transcript.Line;
import io.policyengine.it.protocol.Transcript.Speaker;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kernel and worker work with a peer of a neighbouring version of the protocol: SPEC §10 "Deployment". The previous version is a
 * recording of what its kernel and its worker said.
 */
class PreviousVersionTest {
    private static final Transcript PREVIOUS = Transcript.ofVersion("1.8");

    private final Vertx vertx = Vertx.vertx();
    private final Seen waiting = Seen.nothing();

    @TempDir
    Path directory;

    private String socket = "";

    @BeforeEach
    void place() {
        socket = directory.resolve("w.sock").toString();
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void aKernelOfTodayWorksWithAWorkerOfThePreviousVersion() throws Exception {
        holdConversationWith(PREVIOUS);
    }

    @Test
    void aKernelIgnoresWhatAWorkerOfALaterVersionAdds() throws Exception {
        holdConversationWith(PREVIOUS.map(line -> line.isBy(Speaker.WORKER) ? Messages.asOfTomorrow(line) : line));
    }

    private void holdConversationWith(Transcript transcript) throws Exception {
        ReplayedWorker worker = new ReplayedWorker(vertx, transcript);
        Await.result(worker.listen(socket));

        try (Conversation conversation = new Conversation(vertx, directory, socket).whenReady()) {
            conversation.hold();
            conversation.abandon(worker.unanswered);
        }
    }

    @Test
    void aKernelRefusesAWorkerOfAnotherMajorVersionAndSaysWhichItSpeaks() throws Exception {
        Transcript transcript = PREVIOUS.map(line -> line.method().equals("GetWorkerConfig") ? stranger(line) : line);
        Await.result(new ReplayedWorker(vertx, transcript).listen(socket));

        try (Conversation conversation = new Conversation(vertx, directory, socket)) {
            assertThat(conversation.whenItSaysOfWorkers("2.0"))
                    .contains("it speaks protocol version 2.0, the kernel 1.");
        }
    }

    private static Line stranger(Line line) {
        return line.with(WorkerConfig.newBuilder()
                .setName("recorded")
                .setProtocolVersion(ProtocolVersion.newBuilder().setMajor(2))
                .build()
                .toByteString());
    }

    @Test
    void aWorkerOfTodayGivesAKernelOfThePreviousVersionTheAnswersThatItKnows() throws Exception {
        assertThatAWorkerAnswers(PREVIOUS);
    }

    @Test
    void aWorkerIgnoresWhatAKernelOfALaterVersionAdds() throws Exception {
        assertThatAWorkerAnswers(PREVIOUS.map(line -> line.isBy(Speaker.KERNEL) ? Messages.asOfTomorrow(line) : line));
    }

    private void assertThatAWorkerAnswers(Transcript transcript) throws Exception {
        WorkerServer server = startWorker(socket);
        ReplayedKernel kernel = new ReplayedKernel(vertx, transcript, socket);

        kernel.speak();

        for (String method : List.of("PrepareChains", "HealthCheck")) {
            for (int call : transcript.calls(method)) {
                assertThat(kernel.answers(call)).as(method).isEqualTo(transcript.said(call, Speaker.WORKER));
            }
        }
        for (int call : transcript.calls("ExecuteRequest")) {
            assertThat(results(kernel.answers(call))).isEqualTo(results(transcript.said(call, Speaker.WORKER)));
        }
        for (int call : transcript.calls("Exchange")) {
            assertThat(byCall(kernel.answers(call))).isEqualTo(byCall(transcript.said(call, Speaker.WORKER)));
        }
        int asked = transcript.calls("GetWorkerConfig").getFirst();
        WorkerConfig config =
                Wire.parse(WorkerConfig.parser(), kernel.answers(asked).getFirst());
        assertThat(config.getProtocolVersion().getMajor()).isOne();
        kernel.close();
        Await.result(server.close());
    }

    private static List<RequestResult> results(List<ByteString> answers) {
        return answers.stream()
                .map(answer -> Messages.withoutTimes(Wire.parse(RequestResult.parser(), answer)))
                .toList();
    }

    /** Answers to different calls may come in any order. */
    private static Map<Long, List<WorkerMessage>> byCall(List<ByteString> batches) {
        return ReplayedKernel.messages(batches).stream()
                .map(Messages::withoutTimes)
                .collect(Collectors.groupingBy(WorkerMessage::getCallId));
    }

    @Test
    void theRecordingHoldsEveryKindOfMessage() {
        assertThat(PREVIOUS.lines().stream().map(Line::method))
                .contains("GetWorkerConfig", "PrepareChains", "HealthCheck", "Exchange", "ExecuteRequest");
        List<KernelMessage> asked = new ArrayList<>();
        List<WorkerMessage> answered = new ArrayList<>();
        for (int call : PREVIOUS.calls("Exchange")) {
            for (ByteString batch : PREVIOUS.said(call, Speaker.KERNEL)) {
                asked.addAll(Wire.parse(KernelBatch.parser(), batch).getMessagesList());
            }
            answered.addAll(ReplayedKernel.messages(PREVIOUS.said(call, Speaker.WORKER)));
        }
        assertThat(asked.stream().map(KernelMessage::getMessageCase))
                .contains(
                        KernelMessage.MessageCase.REQUEST_CALL,
                        KernelMessage.MessageCase.RESPONSE_CALL,
                        KernelMessage.MessageCase.BODY_CHUNK,
                        KernelMessage.MessageCase.CANCEL);
        assertThat(answered.stream().map(WorkerMessage::getMessageCase))
                .contains(
                        WorkerMessage.MessageCase.REQUEST_RESULT,
                        WorkerMessage.MessageCase.RESPONSE_RESULT,
                        WorkerMessage.MessageCase.CHUNK_RESULT);
    }

    @Test
    void theRecordedBytesMeanTheSameToday() {
        for (Line line : PREVIOUS.lines()) {
            Message message = Messages.of(line);

            assertThat(message.toByteString()).as(line.method()).isEqualTo(line.message());
            assertThat(message.getUnknownFields()).as(line.method()).isEqualTo(UnknownFieldSet.getDefaultInstance());
        }
    }

    /** With {@code -Dprotocol.record=VERSION} it keeps the recording, which is to be made before the version is raised. */
    @Test
    void kernelAndWorkerOfTodayHoldTheSameConversation() throws Exception {
        String behind = directory.resolve("b.sock").toString();
        WorkerServer server = startWorker(behind);
        WireTap tap = new WireTap(vertx, behind);
        Await.result(tap.listen(socket));

        try (Conversation conversation = new Conversation(vertx, directory, socket).whenReady()) {
            conversation.hold();
            conversation.abandon(waiting);
        }

        Await.result(server.close());
        String version = System.getProperty("protocol.record");
        if (version != null) {
            tap.transcript().writeTo(Path.of("src/test/resources/protocol", version + ".txt"));
        }
    }

    private WorkerServer startWorker(String at) {
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("recorded", "0.1.0", directory),
                PolicyRegistry.of(RecordedPolicies.all(waiting)),
                new SimpleMeterRegistry());
        WorkerServer server =
                new WorkerServer(vertx, worker, WorkerSocket.ownersOnly(at), 1, new SimpleMeterRegistry());
        Await.result(server.start());
        return server;
    }
}
