package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.it.engine.EndPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.FakeWorker;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends of exchanges where the connection ends first, or the peer is another kernel or worker. */
class RemoteExchangeEndTest {
    private static final ExchangeEnd ANSWERED = new ExchangeEnd(7, 200, false, null);

    @TempDir
    Path directory;

    private TestWorker worker;

    @BeforeEach
    void start() {
        EndPolicies.LOG.clear();
        worker = TestWorker.start(TestWorker.Form.REMOTE, directory, options -> options);
        worker.prepare(TestWorker.chain(1, TestWorker.entry("ending", "{\"name\": \"a\"}")));
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    @Test
    void aKernelThatGoesAwayAbortsItsExchangesOnce() {
        run();

        worker.disconnect();
        awaitLog("a begins", "a ends 0 aborted", "a closed");
        end(ANSWERED);

        worker.stopServer();
        assertThat(EndPolicies.LOG).filteredOn(it -> it.contains("ends")).hasSize(1);
    }

    @Test
    void aWorkerThatDrainsWaitsForTheEnd() {
        run();

        Future<Void> drained = worker.await(() -> Future.succeededFuture(worker.drain(Duration.ofSeconds(30))));
        Await.until(() -> !worker.local().health().serving());
        end(ANSWERED);

        worker.await(() -> drained);
        assertThat(EndPolicies.LOG).startsWith("a begins", "a ends 200").doesNotContain("a ends 0 aborted");
    }

    @Test
    void aWorkerThatCannotWaitAbortsTheExchange() {
        run();

        worker.await(() -> worker.drain(Duration.ofMillis(1)));

        awaitLog("a begins", "a ends 0 aborted", "a closed");
    }

    @Test
    void anEndOfAnExchangeThatNobodyKnowsIsIgnored() {
        run();

        end(new ExchangeEnd(8, 200, false, null));
        end(ANSWERED);
        run();

        awaitLog("a begins", "a ends 200", "a begins");
    }

    @Test
    void aUnaryCallIsToldItsEndWithItsAnswer() {
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);

        worker.await(() -> client.ask("ExecuteRequest", rawCall(), RequestResult.parser()));

        awaitLog("a begins", "a ends 0 aborted");
        worker.await(client::close);
    }

    @Test
    void aStreamThatEndsWithoutTellingAbortsItsExchanges() {
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        KernelBatch batch = KernelBatch.newBuilder()
                .addMessages(KernelMessage.newBuilder()
                        .setCallId(1)
                        .setRequestCall(rawCall().toByteString()))
                .build();

        worker.await(() ->
                client.stream("Exchange", List.of(KernelBatch.getDefaultInstance(), batch), WorkerBatch.parser(), 1));

        awaitLog("a begins", "a ends 0 aborted");
        worker.await(client::close);
    }

    @Test
    void aWorkerWithoutAStreamIsNotCalledWhereAnEndHasToBeTold() {
        Path socket = directory.resolve("unary");
        FakeWorker unary = FakeWorker.at(worker.vertx, socket.resolve("w.sock")).unaryOnly();
        assertThat(socket.toFile().mkdir()).isTrue();
        worker.await(unary::start);
        try (TestWorker kernel = TestWorker.elsewhere(socket)) {
            assertThatThrownBy(() -> kernel.await(() -> kernel.link().execute(call())))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("does not serve the method Exchange");
            assertThatThrownBy(() -> kernel.await(() -> kernel.link().execute(call())))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("does not serve the method Exchange");
        }
        assertThat(unary.recording().requestCalls()).isEmpty();
        worker.await(unary::stop);
    }

    private static io.policyengine.proto.worker.v1.RequestCall rawCall() {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(
                        CallContext.newBuilder().setExchangeId(9).setChainId(1).setDeadlineMs(30_000))
                .build();
    }

    private RequestCall call() {
        return new RequestCall(
                worker.call(Duration.ofSeconds(30), new Cancellation()),
                1,
                0,
                1,
                request(),
                Metadata.empty(),
                EnvoyMetadata.empty(),
                true);
    }

    private void run() {
        worker.await(() -> worker.link().execute(call()));
    }

    private void end(ExchangeEnd end) {
        worker.await(() -> {
            worker.link().exchangeEnded(end);
            return Future.succeededFuture(true);
        });
    }

    private static void awaitLog(String... expected) {
        Await.untilAsserted(() -> assertThat(EndPolicies.LOG).containsExactly(expected));
    }
}
