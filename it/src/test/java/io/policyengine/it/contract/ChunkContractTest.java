package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.ChunkPolicies;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies stream through a worker in the kernel's process and through one behind a socket in the same way. */
@ParameterizedClass
@EnumSource
class ChunkContractTest {
    private static final int MAX_CALLS = 20;
    private static final int MAX_BODY = 4_000_000;

    private final TestWorker.Form form;
    private final Cancellation cancellation = new Cancellation();
    private int opened;
    private int closed;

    @TempDir
    Path directory;

    private TestWorker worker;

    @SuppressWarnings("NullAway.Init") // before each test
    ChunkContractTest(TestWorker.Form form) {
        this.form = form;
    }

    @BeforeEach
    void start() {
        opened = ChunkPolicies.OPENED.get();
        closed = ChunkPolicies.CLOSED.get();
        worker = TestWorker.start(
                form,
                directory,
                options -> options.with(changed -> changed.maxConcurrentRequests(MAX_CALLS))
                        .with(changed -> changed.limits(new ChainLimits(MAX_BODY, 65_536))));
    }

    /** Whatever a test did: no filter stays open. */
    @AfterEach
    void stop() {
        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        Await.untilAsserted(
                () -> assertThat(ChunkPolicies.CLOSED.get() - closed).isEqualTo(ChunkPolicies.OPENED.get() - opened));
        worker.close();
    }

    @Test
    void chunksPassTheFiltersInChainOrder() {
        ChunkStream stream =
                streamOf(chunks("append", "1"), chunks("later", "2"), chunks("offLoop", "3"), chunks("append", "4"));

        assertThat(text(send(stream, "a", false))).isEqualTo("a1234");
        ChunkResult last = send(stream, "", true);
        assertThat(text(last)).isEqualTo("1234");
        assertThat(last.last()).isTrue();
    }

    @Test
    void theEntriesThatLookedAtAChunkAreToldWithTheirTimes() {
        ChunkStream stream = streamOf(chunks("pass", ""), chunks("upper", ""));

        ChunkResult result = worker.await(() -> stream.send(new TimedChunk(Buffer.buffer("a"), false, soon())));

        assertThat(result.times()).extracting(ChunkResult.Time::entry).containsExactly(0, 1);
        assertThat(result.times()).allMatch(time -> time.nanos() > 0);
    }

    @Test
    void filtersPassReplaceDropHoldAndEnd() {
        assertThat(send(streamOf(chunks("pass", "")), "a", false))
                .isEqualTo(new ChunkResult(null, false, false, List.of(), null));
        assertThat(text(send(streamOf(chunks("upper", "")), "a", false))).isEqualTo("A");
        assertThat(text(send(streamOf(chunks("drop", "")), "a", false))).isEmpty();

        ChunkStream holding = streamOf(chunks("hold", ""));
        ChunkResult held = send(holding, "abc", false);
        assertThat(held).isEqualTo(new ChunkResult(Buffer.buffer("a"), false, true, List.of(), null));
        assertThat(send(holding, "", true))
                .isEqualTo(new ChunkResult(Buffer.buffer("bc"), true, false, List.of(), null));

        ChunkStream ending = streamOf(chunks("end", "z"));
        assertThat(send(ending, "a", false))
                .isEqualTo(new ChunkResult(Buffer.buffer("z"), true, false, List.of(), null).incomplete());
        assertFails(null, () -> ending.send(new TimedChunk(Buffer.buffer("b"), false, soon())));
    }

    @Test
    void filtersAndResultSayWhetherABodyIsComplete() {
        ChunkResult whole = send(streamOf(chunks("wholeness", "")), "a", true);
        ChunkStream breaking = streamOf(chunks("wholeness", ""));
        ChunkResult broken =
                worker.await(() -> breaking.send(new TimedChunk(Buffer.buffer("a"), true, false, soon(), false)));
        ChunkResult ended = send(streamOf(chunks("end", "z"), chunks("wholeness", "")), "a", true);

        assertThat(text(whole)).isEqualTo("whole");
        assertThat(whole.isComplete()).isTrue();
        assertThat(text(broken)).isEqualTo("broken off");
        assertThat(broken.isComplete()).isFalse();
        assertThat(text(ended)).isEqualTo("broken off");
        assertThat(ended.isComplete()).isFalse();
    }

    @Test
    void aPolicyAnswersTheClientInMidstream() {
        ChunkStream stream = streamOf(chunks("pass", ""), chunks("deny", "bad"), chunks("never", ""));

        ChunkResult result = send(stream, "very bad", false);

        assertThat(Objects.requireNonNull(result.denial()).entry()).isOne();
        assertThat(result.denial().response().status()).isEqualTo(413);
        assertThat(result.last()).isTrue();
        assertThat(text(result)).isEmpty();
    }

    @Test
    void aFailureActsAsTheEntrySays() {
        ChunkStream denying = streamOf(chunks("fail", "b"), chunks("append", "!"));
        ChunkStream continuing = streamOf(chunks(OnFailure.CONTINUE, "cutOff", "b", null), chunks("append", "!"));
        ChunkStream skipping = streamOf(
                chunks("append", "1"), chunks(OnFailure.SKIP_REMAINING, "cutOff", "b", null), chunks("append", "2"));

        ChunkResult denied = send(denying, "b", false);
        assertThat(codes(denied)).containsExactly(ErrorCode.POLICY_ERROR);
        assertThat(denied.toString()).doesNotContain("secret");
        assertThat(denied.last()).isTrue();
        assertThat(text(denied)).isEmpty();

        assertThat(text(send(continuing, "a", false))).isEqualTo("a!");
        ChunkResult went = send(continuing, "b", false);
        assertThat(codes(went)).containsExactly(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(went.failures().getFirst().entry()).isZero();
        assertThat(text(went)).isEqualTo("b!");
        assertThat(codes(send(continuing, "b", true))).isEmpty();

        assertThat(text(send(skipping, "a", false))).isEqualTo("a12");
        ChunkResult skipped = send(skipping, "b", false);
        assertThat(skipped.failures().getFirst().entry()).isOne();
        assertThat(text(skipped)).isEqualTo("b1");
        assertThat(text(send(skipping, "c", true))).isEqualTo("c1");
    }

    @Test
    void aRefusalEndsTheBodyWhateverTheEntrySays() {
        for (OnFailure onFailure : OnFailure.values()) {
            ChunkStream stream = streamOf(chunks(onFailure, "refuse", "b", null), chunks("append", "!"));
            assertThat(text(send(stream, "a", false))).isEqualTo("a!");

            ChunkResult refused = send(stream, "b", false);

            assertThat(codes(refused)).containsExactly(ErrorCode.RESPONSE_REFUSED);
            assertThat(refused.last()).isTrue();
            assertThat(text(refused)).isEmpty();
        }
    }

    @Test
    void aFilterThatTakesTooLongFails() {
        ChunkStream stream = streamOf(chunks(OnFailure.CONTINUE, "never", "", Duration.ofMillis(30)));

        ChunkResult result = send(stream, "a", false);

        assertThat(codes(result)).containsExactly(ErrorCode.POLICY_TIMEOUT);
        assertThat(result.data()).isNull();
        assertThat(send(stream, "b", true).failures()).isEmpty();
    }

    @Test
    void whatIsHeldIsBounded() {
        ChunkStream stream = streamOf(chunks(OnFailure.CONTINUE, "hoard", "", null));
        Buffer much = Buffer.buffer("x".repeat(MAX_BODY / 5));
        for (int i = 0; i < 5; i++) {
            ChunkResult held = worker.await(() -> stream.send(new TimedChunk(much, false, soon())));
            assertThat(held.holding()).isTrue();
            assertThat(text(held)).isEmpty();
        }

        ChunkResult full = send(stream, "y", false);

        assertThat(codes(full)).containsExactly(ErrorCode.BODY_TOO_LARGE);
        assertThat(full.holding()).isFalse();
        assertThat(full.last()).isTrue();
        assertThat(text(full)).isEmpty();
    }

    @Test
    void theLastChunkCannotBeHeld() {
        assertThat(codes(send(streamOf(chunks("hoard", "")), "a", true)))
                .containsExactly(ErrorCode.INVALID_INSTRUCTION);
    }

    @Test
    void aChunkWhoseTimeIsUpEndsTheBody() {
        ChunkStream stream = streamOf(chunks("never", ""));

        ChunkResult result = worker.await(() -> stream.send(new TimedChunk(
                Buffer.buffer("a"),
                false,
                Ticker.SYSTEM.nanoTime() + Duration.ofMillis(900).toNanos())));

        assertThat(codes(result)).containsExactly(ErrorCode.POLICY_TIMEOUT);
        assertThat(result.last()).isTrue();
        assertAllClosed();
        assertFails(null, () -> stream.send(new TimedChunk(Buffer.buffer("b"), true, soon())));
    }

    @Test
    void oneMoreChunkBeforeTheResultOfTheLastEndsTheBody() {
        ChunkStream stream = streamOf(chunks("never", ""));
        Future<ChunkResult> first = running(() -> stream.send(new TimedChunk(Buffer.buffer("a"), false, soon())));

        assertFails(Kind.INTERNAL, () -> stream.send(new TimedChunk(Buffer.buffer("b"), false, soon())));

        assertAllClosed();
        assertThat(first.failed()).isTrue();
    }

    @Test
    void closingOrCancellingFreesTheFilters() {
        ChunkStream closing = streamOf(chunks("pass", ""), chunks("pass", ""));
        send(closing, "a", false);
        worker.await(() -> {
            closing.close();
            closing.close();
            return Future.succeededFuture(true);
        });
        assertAllClosed();

        streamOf(chunks("pass", ""));
        ChunkStream busy = streamOf(chunks("never", ""));
        Future<ChunkResult> chunk = running(() -> busy.send(new TimedChunk(Buffer.buffer("a"), false, soon())));
        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        assertAllClosed();
        assertThat(chunk.failed()).isTrue();
    }

    @Test
    void noBodyIsTakenThatNobodyLooksAt() {
        assertThat(open(chunks("none", ""), entry("setHeader", "{}")).chunks()).isNull();
        OpenSegment<RequestOutcome> denied = open(chunks("pass", ""), entry("denying", "{}"), chunks("pass", ""));
        assertThat(denied.chunks()).isNull();
        assertThat(denied.result().entries()).hasSize(2);
        OpenSegment<RequestOutcome> failed = open(chunks("pass", ""), entry("throwing", "{}"));
        assertThat(failed.chunks()).isNull();
        assertAllClosed();
    }

    @Test
    void entriesAreNumberedInTheChainNotInTheCall() {
        ChainSpec chain =
                chain(1, entry("throwing", "{}"), chunks("pass", ""), chunks("deny", "a"), entry("throwing", "{}"));
        worker.prepare(chain);

        OpenSegment<RequestOutcome> open = worker.await(() -> worker.link().open(call(chain, 1, 3)));
        ChunkResult result = send(Objects.requireNonNull(open.chunks()), "a", false);

        assertThat(Objects.requireNonNull(result.denial()).entry()).isEqualTo(2);
    }

    @Test
    void responsesStreamAsWell() {
        ChainSpec chain =
                new ChainSpec(1, "/route", Phase.RESPONSE, List.of(chunks("append", "?"), chunks("append", "!")));
        worker.prepare(chain);
        ResponseCall call = new ResponseCall(
                worker.call(Duration.ofSeconds(5), cancellation),
                1,
                0,
                2,
                new ResponseView(200, HeaderMap.empty(), null),
                request(),
                request(),
                Metadata.empty());

        OpenSegment<ResponseOutcome> open = worker.await(() -> worker.link().open(call));

        assertThat(open.result().entries()).hasSize(2);
        assertThat(text(send(Objects.requireNonNull(open.chunks()), "a", true))).isEqualTo("a?!");
    }

    @Test
    void anOpenBodyKeepsItsReleasedChain() {
        ChainSpec chain = chain(1, chunks("append", "!"));
        WorkerControl control = worker.prepare(chain);
        ChunkStream stream = Objects.requireNonNull(
                worker.await(() -> worker.link().open(call(chain, 0, 1))).chunks());
        int policiesClosed = TestPolicies.CLOSED.get();

        worker.await(() -> control.release(List.of(1L)));
        assertThat(text(send(stream, "a", false))).isEqualTo("a!");
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(policiesClosed);

        send(stream, "b", true);
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(policiesClosed + 1);
    }

    @Test
    void bodiesAtRestTakeNoPlaceButChunksUnderWayDo() {
        List<ChunkStream> streams = new ArrayList<>();
        ChainSpec chain = chain(1, chunks("never", ""));
        worker.prepare(chain);
        for (int i = 0; i <= MAX_CALLS; i++) {
            streams.add(Objects.requireNonNull(
                    worker.await(() -> worker.link().open(call(chain, 0, 1))).chunks()));
        }

        worker.await(() -> {
            streams.subList(0, MAX_CALLS)
                    .forEach(stream -> stream.send(new TimedChunk(Buffer.buffer("a"), false, soon())));
            return Future.succeededFuture(true);
        });

        assertFails(
                Kind.OVERLOADED, () -> streams.get(MAX_CALLS).send(new TimedChunk(Buffer.buffer("a"), false, soon())));
    }

    @Test
    void manyBodiesOfAllSizesStreamAtOnceWithoutMixing() {
        Random random = new Random(7);
        ChainSpec chain = chain(1, chunks("pass", ""), chunks("upper", ""));
        worker.prepare(chain);

        worker.await(() -> {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String chunk = Character.toString('a' + i).repeat(1 + random.nextInt(3_000_000));
                all.add(worker.link().open(call(chain, 0, 1 + i % 2)).compose(open -> {
                    ChunkStream stream = Objects.requireNonNull(open.chunks());
                    return stream.send(new TimedChunk(Buffer.buffer(chunk), false, soon()))
                            .compose(first -> stream.send(new TimedChunk(Buffer.buffer(chunk), true, soon()))
                                    .map(last -> {
                                        for (ChunkResult result : List.of(first, last)) {
                                            assertThat(
                                                            result.data() == null
                                                                    ? chunk
                                                                    : text(result)
                                                                            .toLowerCase(java.util.Locale.ROOT))
                                                    .isEqualTo(chunk);
                                        }
                                        return true;
                                    }));
                }));
            }
            return Future.all(all);
        });
    }

    @Test
    void aPolicyThatCanOnlyStreamGetsABufferedBodyAsOneChunk() {
        ChainSpec chain = chain(
                1,
                entry("chunksOnly", "{\"name\": \"append\", \"value\": \"!\"}"),
                entry("chunks", "{\"name\": \"append\", \"value\": \"?\"}"),
                entry("show", "{}"));
        ChainSpec denying = chain(2, entry("chunksOnly", "{\"name\": \"deny\", \"value\": \"body\"}"));
        worker.prepare(chain, denying);

        var results = worker.await(() -> worker.link()
                .execute(worker.requestCall(1, 3, request().withBody(Buffer.buffer("body")), Metadata.empty())));
        var denied = worker.await(() -> worker.link()
                .execute(worker.requestCall(2, 1, request().withBody(Buffer.buffer("body")), Metadata.empty())));

        assertThat(outcome(results, 0).instructions()).containsExactly(new SetBody(Buffer.buffer("body!"), null));
        assertThat(outcome(results, 1).instructions()).isEmpty();
        assertThat(outcome(results, 2).instructions())
                .anyMatch(it -> it.toString().contains("body!"));
        assertThat(outcome(denied, 0)).isInstanceOf(RequestOutcome.Respond.class);
        assertAllClosed();
    }

    private static ChainSpec.Entry chunks(String behaviour, String value) {
        return chunks(OnFailure.DENY, behaviour, value, null);
    }

    private static ChainSpec.Entry chunks(
            OnFailure onFailure, String behaviour, String value, @Nullable Duration timeout) {
        return entry("chunks", "{\"name\": \"" + behaviour + "\", \"value\": \"" + value + "\"}", onFailure, timeout);
    }

    private RequestCall call(ChainSpec chain, int first, int end) {
        return new RequestCall(
                worker.call(Duration.ofSeconds(5), cancellation), chain.id(), first, end, request(), Metadata.empty());
    }

    private OpenSegment<RequestOutcome> open(ChainSpec.Entry... entries) {
        ChainSpec chain = chain(worker.chains.size() + 1, entries);
        worker.prepare(chain);
        OpenSegment<RequestOutcome> open = worker.await(() -> worker.link().open(call(chain, 0, entries.length)));
        return open;
    }

    private ChunkStream streamOf(ChainSpec.Entry... entries) {
        OpenSegment<RequestOutcome> open = open(entries);
        assertThat(open.result().entries()).hasSize(entries.length).allMatch(EntryResult.Completed.class::isInstance);
        return Objects.requireNonNull(open.chunks());
    }

    /** Without its times. */
    private ChunkResult send(ChunkStream stream, String data, boolean last) {
        return worker.await(() -> stream.send(new TimedChunk(Buffer.buffer(data), last, soon())))
                .with(List.of());
    }

    private <T> Future<T> running(Supplier<Future<T>> work) {
        return worker.await(() -> Future.succeededFuture(work.get()));
    }

    private static long soon() {
        return Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(10).toNanos();
    }

    private static String text(ChunkResult result) {
        return String.valueOf(result.data());
    }

    private static List<ErrorCode> codes(ChunkResult result) {
        return result.failures().stream().map(failed -> failed.failure().code()).toList();
    }

    private void assertAllClosed() {
        Await.until(() -> ChunkPolicies.CLOSED.get() - closed == ChunkPolicies.OPENED.get() - opened);
    }

    /** Whether it fails, with this kind unless that differs between the forms. */
    private void assertFails(@Nullable Kind kind, Supplier<Future<ChunkResult>> call) {
        assertThatThrownBy(() -> worker.await(call)).isInstanceOfSatisfying(WorkerException.class, failure -> {
            if (kind != null) {
                assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
            }
        });
    }
}
