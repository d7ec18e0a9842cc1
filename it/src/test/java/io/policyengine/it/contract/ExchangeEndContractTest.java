package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.it.engine.EndPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Entries that have begun are told once how their exchange ends, in the kernel's process and behind a socket. */
@ParameterizedClass
@EnumSource
class ExchangeEndContractTest {
    private static final ExchangeEnd ANSWERED = new ExchangeEnd(7, 200, false, null);

    private final TestWorker.Form form;

    @TempDir
    Path directory;

    private TestWorker worker;

    @SuppressWarnings("NullAway.Init") // before each test
    ExchangeEndContractTest(TestWorker.Form form) {
        this.form = form;
    }

    @BeforeEach
    void start() {
        EndPolicies.LOG.clear();
        worker = TestWorker.start(form, directory, ExchangeEndContractTest::patient);
    }

    /** No time runs out but where a test wants it. */
    private static WorkerOptions patient(WorkerOptions options) {
        return options.with(
                changed -> changed.requestTimeout(Duration.ofSeconds(30)).policyTimeout(Duration.ofSeconds(30)));
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    @Test
    void tellsTheEntriesThatHaveBegunAndNoOther() {
        prepare(chain(1, ending("a", ""), ending("b", "deny"), ending("c", "")));

        run(call(1, 3, request()));
        end(new ExchangeEnd(7, 403, false, "b"));

        awaitLog("a begins", "b begins", "a ends 403 by b", "b ends 403 by b");
    }

    @Test
    void tellsEntriesOfBothPhasesOnceEach() {
        prepare(chain(1, ending("q", "")), new ChainSpec(2, "/route", Phase.RESPONSE, List.of(ending("s", ""))));

        run(call(1, 1, request()));
        worker.await(() -> worker.link().execute(responseCall(2)));
        end(ANSWERED);
        end(ANSWERED);
        run(new RequestCall(
                worker.call(Duration.ofSeconds(5), new Cancellation()), 1, 0, 1, request(), Metadata.empty()));

        awaitLog("q begins", "s begins", "q ends 200", "s ends 200", "q begins");
    }

    @Test
    void tellsAfterACallThatWasUnderWayIsCancelled() {
        Cancellation cancellation = new Cancellation();
        prepare(chain(1, ending("a", "never")));

        Future<?> running = worker.await(() -> Future.succeededFuture(worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(30), cancellation),
                        1,
                        0,
                        1,
                        request(),
                        Metadata.empty(),
                        EnvoyMetadata.empty(),
                        true))));
        awaitLog("a begins");
        worker.await(() -> {
            cancellation.cancel();
            worker.link().exchangeEnded(new ExchangeEnd(7, 0, true, null));
            return Future.succeededFuture(true);
        });

        awaitLog("a begins", "a cancelled", "a ends 0 aborted");
        assertThatThrownBy(() -> worker.await(() -> running)).isInstanceOf(WorkerException.class);
    }

    @Test
    void tellsAnEntryWhoseTimeWasUp() {
        prepare(chain(
                1,
                TestWorker.entry(
                        "ending", "{\"name\": \"a\", \"value\": \"never\"}", OnFailure.DENY, Duration.ofMillis(5))));

        run(call(1, 1, request()));
        end(new ExchangeEnd(7, 500, false, null));

        awaitLog("a begins", "a cancelled", "a ends 500");
    }

    @Test
    void aReleasedChainStaysUntilTheEndIsTold() {
        WorkerControl control = prepare(chain(1, ending("a", "")));
        run(call(1, 1, request()));

        worker.await(() -> control.release(List.of(1L)));
        assertThat(EndPolicies.LOG).doesNotContain("a closed");
        end(ANSWERED);

        awaitLog("a begins", "a ends 200", "a closed");
    }

    @Test
    void oneThatFailsDoesNotKeepItFromTheNext() {
        prepare(chain(1, ending("a", "broken"), ending("b", "")));

        run(call(1, 2, request()));
        end(ANSWERED);

        awaitLog("a begins", "b begins", "a ends 200", "b ends 200");
    }

    @Test
    void whatEntriesOfBothFlowsKeepEndsOnce() {
        prepare(
                chain(1, ending("a", "keeps")),
                new ChainSpec(2, "/route", Phase.RESPONSE, List.of(ending("a", "keeps"))));

        run(call(1, 1, request()));
        worker.await(() -> worker.link().execute(responseCall(2)));
        end(ANSWERED);
        end(ANSWERED);

        awaitLog("a begins", "a begins", "a ends 200", "a kept until 200", "a ends 200");
    }

    @Test
    void whatIsKeptOutlivesAReloadAndEndsWithItsExchange() {
        WorkerControl control = prepare(chain(1, ending("a", "keeps")));
        run(call(1, 1, request()));

        prepare(chain(2, ending("a", "keeps")));
        worker.await(() -> control.release(List.of(1L)));
        assertThat(EndPolicies.LOG).containsExactly("a begins");
        end(ANSWERED);

        awaitLog("a begins", "a ends 200", "a kept until 200", "a closed");
    }

    @Test
    void tellsOneInTheShadowAndNotOneWhoseConditionDidNotHold() {
        prepare(chain(
                1, TestWorker.shadow(ending("a", "deny")), TestWorker.when("false", ending("b", "")), ending("c", "")));

        run(call(1, 3, request()));
        end(ANSWERED);

        awaitLog("a begins", "c begins", "a ends 200", "c ends 200");
    }

    @Test
    void callsTooLargeForTheStreamAreToldAsWell() {
        prepare(chain(1, ending("a", "")));

        run(call(1, 1, request("x-large", "x".repeat(100_000))));
        end(ANSWERED);

        awaitLog("a begins", "a ends 200");
    }

    @Test
    void anExchangeOnBothStreamsIsToldWhenBothHaveEnded() {
        prepare(
                chain(1, ending("stream", "chunks")),
                new ChainSpec(2, "/route", Phase.RESPONSE, List.of(ending("s", ""))));

        ChunkStream chunks = Objects.requireNonNull(
                worker.await(() -> worker.link().open(call(1, 1, request()))).chunks());
        worker.await(() -> chunks.send(new TimedChunk(
                Buffer.buffer("a"),
                true,
                worker.call(Duration.ofSeconds(30), new Cancellation()).deadlineNanos())));
        worker.await(() -> worker.link().execute(responseCall(2)));
        end(ANSWERED);

        awaitLog("stream begins", "s begins", "stream ends 200", "s ends 200");
    }

    private WorkerControl prepare(ChainSpec... chains) {
        return worker.prepare(chains);
    }

    private static ChainSpec chain(long id, ChainSpec.Entry... entries) {
        return TestWorker.chain(id, entries);
    }

    private static ChainSpec.Entry ending(String name, String behaviour) {
        return TestWorker.entry("ending", "{\"name\": \"" + name + "\", \"value\": \"" + behaviour + "\"}");
    }

    private RequestCall call(long chain, int end, RequestView request) {
        return new RequestCall(
                worker.call(Duration.ofSeconds(30), new Cancellation()),
                chain,
                0,
                end,
                request,
                Metadata.empty(),
                EnvoyMetadata.empty(),
                true);
    }

    private ResponseCall responseCall(long chain) {
        return new ResponseCall(
                worker.call(Duration.ofSeconds(30), new Cancellation()),
                chain,
                0,
                1,
                new ResponseView(200, HeaderMap.empty(), null),
                request(),
                request(),
                Metadata.empty(),
                EnvoyMetadata.empty(),
                true);
    }

    private void run(RequestCall call) {
        worker.await(() -> worker.link().execute(call));
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
