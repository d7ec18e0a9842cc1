package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkRunTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final int MAX_BODY = 20;

    private long now = 1_000_000_000L;
    private final Deque<Runnable> pulses = new ArrayDeque<>();
    private final DeadlineWheel wheel = new DeadlineWheel(() -> now, (_, turn) -> pulses.add(turn));
    private final ChainExecutor executor = new ChainExecutor(wheel, () -> now, new ChainLimits(MAX_BODY, 50));
    private final Cancellation cancellation = new Cancellation();

    @AfterAll
    static void close() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void filtersRunInChainOrderEachFedByTheOneBefore() {
        StreamingPolicy first = StreamingPolicy.appending("1");
        StreamingPolicy second = StreamingPolicy.appending("2");
        ChunkRun run = open(first, second);

        ChunkResult result = run(run, "a", false);
        ChunkResult last = run(run, "b", true);

        assertThat(text(result)).isEqualTo("a12");
        assertThat(second.given).containsExactly("a1", "b1.|");
        assertThat(text(last)).isEqualTo("b1.2.");
        assertThat(last.last()).isTrue();
        assertThat(pulses).isEmpty();
        assertClosedOnce(first, second);
    }

    @Test
    void aFilterIsToldNoDeadlineOfTheCallThatOpenedIt() {
        StreamingPolicy policy = StreamingPolicy.passing();
        run(open(policy), "a", true);

        long left = policy.opened.getFirst().call().deadlineNanos() - now;
        assertThat(Duration.ofNanos(left)).isGreaterThan(Duration.ofDays(1));
    }

    @Test
    void aChunkThatAllPassGoesAsItCame() {
        ChunkRun run = open(StreamingPolicy.passing(), StreamingPolicy.passing());

        assertThat(run(run, "a", false)).isEqualTo(new ChunkResult(null, false, false, List.of(), null));
        assertThat(run(run, "", true)).isEqualTo(new ChunkResult(null, true, false, List.of(), null));
    }

    @Test
    void whatIsDroppedReachesNoLaterFilterButTheEndDoes() {
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = open(StreamingPolicy.answering(ChunkOutcome.DROP), later);

        assertThat(text(run(run, "a", false))).isEmpty();
        assertThat(text(run(run, "b", true))).isEmpty();
        assertThat(later.given).containsExactly("|");
    }

    @Test
    void whatIsHeldComesAgainInFrontOfTheNextChunk() {
        StreamingPolicy holding = StreamingPolicy.holding();
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = open(holding, later);

        ChunkResult first = run(run, "abc", false);
        ChunkResult nothing = run(run, "", false);
        ChunkResult second = run(run, "d", false);
        ChunkResult last = run(run, "", true);

        assertThat(holding.given).containsExactly("abc", "bcd", "cd|");
        assertThat(List.of(text(first), text(second), text(last))).containsExactly("a", "b", "cd");
        assertThat(first.holding()).isTrue();
        assertThat(nothing).isEqualTo(new ChunkResult(null, false, true, List.of(), null));
        assertThat(last.holding()).isFalse();
        assertThat(later.given).containsExactly("a", "b", "cd|");
    }

    @Test
    void whatWaitsForTheNextChunkIsKnownUntilTheEnd() {
        StreamingPolicy holding =
                StreamingPolicy.answering(new ChunkOutcome.Hold(Buffer.buffer(), Buffer.buffer("ab")));
        StreamingPolicy keeping = StreamingPolicy.passing();
        keeping.kept = 5;
        ChunkRun run = open(holding, keeping);

        assertThat(run.heldBytes()).isEqualTo(5);
        run(run, "ab", false);
        assertThat(run.heldBytes()).isEqualTo(7);
        run.close();

        assertThat(run.heldBytes()).isZero();
    }

    @Test
    void aFilterThatPassesWhatItHeldChangesTheChunk() {
        StreamingPolicy once = new StreamingPolicy((chunk, _) -> Future.succeededFuture(
                chunk.length() == 1 ? new ChunkOutcome.Hold(Buffer.buffer(), chunk) : ChunkOutcome.PASS));
        ChunkRun run = open(once);

        run(run, "a", false);

        assertThat(text(run(run, "bc", false))).isEqualTo("abc");
    }

    @Test
    void anEndIsTheLastChunkForLaterFiltersAndTheBody() {
        StreamingPolicy ending = StreamingPolicy.answering(new ChunkOutcome.End(Buffer.buffer("z")));
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = open(ending, later);

        ChunkResult result = run(run, "a", false);

        assertThat(text(result)).isEqualTo("z");
        assertThat(result.last()).isTrue();
        assertThat(later.given).containsExactly("broken off", "z|");
        assertThat(result.isComplete()).isFalse();
        assertClosedOnce(ending, later);
        assertThat(run.run(new TimedChunk(Buffer.buffer("b"), true, deadline())).cause())
                .isInstanceOf(ChainStoppedException.class);
    }

    @Test
    void anEndWithTheLastChunkBreaksTheBodyOffLikeAnEarlierOne() {
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = open(StreamingPolicy.answering(new ChunkOutcome.End(Buffer.buffer("z"))), later);

        ChunkResult result = run(run, "a", true);

        assertThat(later.given).containsExactly("broken off", "z|");
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void filtersAreToldOfABodyThatBreaksOffBeforeItsLastChunk() {
        StreamingPolicy before = StreamingPolicy.passing();
        StreamingPolicy after = StreamingPolicy.passing();
        ChunkRun run = open(before, after);

        run(run, "a", false);
        ChunkResult result =
                Objects.requireNonNull(run.run(new TimedChunk(Buffer.buffer("b"), true, false, deadline(), false))
                        .result());

        assertThat(before.given).containsExactly("a", "broken off", "b|");
        assertThat(after.given).isEqualTo(before.given);
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void anAnswerToTheClientEndsTheBody() {
        ImmediateResponse response =
                ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN).withCode("FORBIDDEN_HERE");
        StreamingPolicy before = StreamingPolicy.passing();
        StreamingPolicy denying = StreamingPolicy.answering(new RequestChunkOutcome.Respond(response));
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = open(before, denying, later);

        ChunkResult result = run(run, "a", false);

        assertThat(result)
                .isEqualTo(
                        new ChunkResult(Buffer.buffer(), true, false, List.of(), new ChunkResult.Denial(1, response)));
        assertThat(later.given).isEmpty();
        assertClosedOnce(before, denying, later);
    }

    @Test
    void aDenialOfWhichAPartCannotBeSentIsADenial() {
        for (ImmediateResponse odd : List.of(
                ImmediateResponse.json(99, "{}", DenialReason.FORBIDDEN),
                ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN).withHeader("x-a", "1\n2"),
                ImmediateResponse.json(403, "x".repeat(MAX_BODY + 1), DenialReason.FORBIDDEN))) {
            StreamingPolicy policy = StreamingPolicy.answering(new RequestChunkOutcome.Respond(odd));

            ChunkResult result = run(openEntries(policy.entry(OnFailure.CONTINUE)), "a", false);

            assertThat(result.failures()).isEmpty();
            ImmediateResponse sent = Objects.requireNonNull(result.denial()).response();
            assertThat(sent.status()).isEqualTo(403);
            assertThat(sent.headers().contains("x-a")).isFalse();
            assertThat(sent.body().toString()).doesNotContain("x");
        }
    }

    @Test
    void anotherAnswerOfWhichAPartCannotBeSentIsAFailure() {
        ImmediateResponse odd =
                ImmediateResponse.json(200, "{}", DenialReason.FORBIDDEN).withHeader("x-a", "1\n2");
        StreamingPolicy policy = StreamingPolicy.answering(new RequestChunkOutcome.Respond(odd));

        ChunkResult result = run(openEntries(policy.entry(OnFailure.CONTINUE)), "a", false);

        assertThat(result.denial()).isNull();
        assertThat(codes(result)).containsExactly(ErrorCode.INVALID_RESPONSE);
    }

    @Test
    void anAnswerThatIsTooLargeIsAFailure() {
        ImmediateResponse large = ImmediateResponse.json(200, "x".repeat(MAX_BODY + 1), DenialReason.FORBIDDEN);
        StreamingPolicy policy = StreamingPolicy.answering(new RequestChunkOutcome.Respond(large));

        ChunkResult result = run(open(policy), "a", false);

        assertThat(result.denial()).isNull();
        assertThat(codes(result)).containsExactly(ErrorCode.BODY_TOO_LARGE);
    }

    @Test
    void aResponsePolicyCannotAnswerTheClient() {
        StreamingPolicy policy = StreamingPolicy.answering(
                new RequestChunkOutcome.Respond(ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN)));
        RequestView request = context().request();
        OpenChain<ResponseOutcome> open = executor.openResponse(
                        List.of(policy.entry()),
                        0,
                        1,
                        new ResponseContext(
                                new ResponseView(200, HeaderMap.empty(), null),
                                request,
                                request,
                                Metadata.empty(),
                                context().call()))
                .result();

        ChunkResult result = run(Objects.requireNonNull(open.chunks()), "a", false);

        assertThat(codes(result)).containsExactly(ErrorCode.INVALID_INSTRUCTION);
    }

    @Test
    void aChunkAsLargeAsABodyMayStillGrow() {
        Buffer longer = Buffer.buffer("x".repeat(2 * MAX_BODY));

        ChunkResult result =
                run(open(StreamingPolicy.answering(new ChunkOutcome.Replace(longer))), "a".repeat(MAX_BODY), false);

        assertThat(result.failures()).isEmpty();
        assertThat(result.data()).isEqualTo(longer);
    }

    @Test
    void everyWayToMisbehaveIsAFailureThatIsReported() {
        Buffer large = Buffer.buffer("x".repeat(MAX_BODY + "a".length() + 1));
        Map<StreamingPolicy, ErrorCode> ways = Map.of(
                new StreamingPolicy((_, _) -> {
                    throw new IllegalStateException("secret");
                }),
                ErrorCode.POLICY_ERROR,
                new StreamingPolicy((_, _) -> null),
                ErrorCode.POLICY_ERROR,
                new StreamingPolicy((_, _) -> Future.succeededFuture()),
                ErrorCode.POLICY_ERROR,
                new StreamingPolicy(
                        (_, _) -> Future.failedFuture(new PolicyException(ErrorCode.STATE_TOO_LARGE, "no"))),
                ErrorCode.STATE_TOO_LARGE,
                StreamingPolicy.answering(new ChunkOutcome.Hold(Buffer.buffer(), large)),
                ErrorCode.BODY_TOO_LARGE,
                StreamingPolicy.answering(new ChunkOutcome.Replace(large)),
                ErrorCode.BODY_TOO_LARGE,
                StreamingPolicy.answering(new ChunkOutcome.End(large)),
                ErrorCode.BODY_TOO_LARGE);

        ways.forEach((policy, code) -> {
            ChunkResult result = run(open(policy), "a", false);

            assertThat(codes(result)).containsExactly(code);
            assertThat(policy.failedOnChunk)
                    .containsExactly(result.failures().getFirst().failure());
            assertThat(policy.ended).hasSize(1).allMatch(EntryResult.Completed.class::isInstance);
            assertThat(result.toString()).doesNotContain("secret");
            assertClosedOnce(policy);
        });
    }

    @Test
    void theLastChunkCannotBeHeld() {
        StreamingPolicy policy = StreamingPolicy.answering(new ChunkOutcome.Hold(Buffer.buffer(), Buffer.buffer("a")));

        ChunkResult result = run(open(policy), "a", true);

        assertThat(codes(result)).containsExactly(ErrorCode.INVALID_INSTRUCTION);
    }

    @Test
    void aFailureThatDeniesEndsTheBody() {
        StreamingPolicy failing = new StreamingPolicy((_, _) -> Future.failedFuture("no"));
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = open(failing, later);

        ChunkResult result = run(run, "a", false);

        assertThat(text(result)).isEmpty();
        assertThat(result.last()).isTrue();
        assertThat(later.given).isEmpty();
        assertClosedOnce(failing, later);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSE_REFUSED", "BODY_TOO_LARGE", "STATE_TOO_LARGE"})
    void aRefusalAndWhatIsBeyondABoundEndTheBodyWhereAFailureWouldContinue(ErrorCode code) {
        StreamingPolicy refusing =
                new StreamingPolicy((_, _) -> Future.failedFuture(new PolicyException(code, "not allowed")));
        StreamingPolicy later = StreamingPolicy.passing();
        ChunkRun run = openEntries(refusing.entry(OnFailure.CONTINUE), later.entry());

        ChunkResult result = run(run, "a", false);

        assertThat(codes(result)).containsExactly(code);
        assertThat(text(result)).isEmpty();
        assertThat(result.last()).isTrue();
        assertThat(later.given).isEmpty();
        assertClosedOnce(refusing, later);
    }

    @Test
    void aFailureThatContinuesLeavesTheFilterOutAndLetsGoWhatItWasGiven() {
        StreamingPolicy failing = new StreamingPolicy((chunk, _) -> chunk.length() < 3
                ? Future.succeededFuture(new ChunkOutcome.Hold(Buffer.buffer(), chunk))
                : Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no")));
        StreamingPolicy later = StreamingPolicy.appending("!");
        ChunkRun run = openEntries(failing.entry(OnFailure.CONTINUE), later.entry());

        run(run, "ab", false);
        ChunkResult broken = run(run, "c", false);
        ChunkResult further = run(run, "d", true);

        assertThat(text(broken)).isEqualTo("abc!");
        assertThat(broken.failures()).extracting(ChunkResult.Failure::entry).containsExactly(0);
        assertThat(broken.last()).isFalse();
        assertThat(text(further)).isEqualTo("d!.");
        assertThat(further.failures()).isEmpty();
        assertThat(failing.given).containsExactly("ab", "abc");
        assertClosedOnce(failing, later);
    }

    @Test
    void aBodyIsNotCompleteForTheEntriesBehindOneThatHasFailedOnIt() {
        StreamingPolicy before = StreamingPolicy.passing();
        StreamingPolicy failing =
                new StreamingPolicy((chunk, _) -> chunk.toString().equals("b")
                        ? Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no"))
                        : Future.succeededFuture(ChunkOutcome.DROP));
        StreamingPolicy later = StreamingPolicy.passing();

        ChunkRun early = openEntries(before.entry(), failing.entry(OnFailure.CONTINUE), later.entry());
        run(early, "a", false);
        run(early, "b", false);
        ChunkResult afterwards = run(early, "c", true);
        ChunkResult atLast = run(openEntries(failing.entry(OnFailure.CONTINUE), later.entry()), "b", true);

        assertThat(before.given).containsExactly("a", "b", "c|");
        assertThat(later.given).containsExactly("b", "broken off", "c|", "broken off", "b|");
        assertThat(List.of(afterwards.isComplete(), atLast.isComplete())).containsOnly(false);
    }

    @Test
    void aFailureThatSkipsTheRemainingLeavesOutLaterFiltersAndLetsGoWhatTheyHold() {
        StreamingPolicy before = StreamingPolicy.appending("!");
        StreamingPolicy failing =
                new StreamingPolicy((chunk, _) -> chunk.toString().startsWith("b")
                        ? Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no"))
                        : Future.succeededFuture(ChunkOutcome.PASS));
        StreamingPolicy holding = StreamingPolicy.holding();
        ChunkRun run = openEntries(before.entry(), failing.entry(OnFailure.SKIP_REMAINING), holding.entry());

        ChunkResult first = run(run, "a", false);
        ChunkResult broken = run(run, "b", false);
        ChunkResult last = run(run, "c", true);

        assertThat(List.of(text(first), text(broken), text(last))).containsExactly("a", "!b!", "c!.");
        assertThat(broken.holding()).isFalse();
        assertThat(holding.given).containsExactly("a!");
        assertClosedOnce(before, failing, holding);
    }

    @Test
    void aFilterThatTakesTooLongFailsAndItsLateAnswerIsIgnored() throws Exception {
        Promise<RequestChunkOutcome> late = Promise.promise();
        StreamingPolicy slow = new StreamingPolicy((_, _) -> late.future());
        StreamingPolicy next = StreamingPolicy.passing();

        ChunkResult result = onLoop(() -> {
            ChunkRun run = openEntries(slow.entry(OnFailure.CONTINUE), next.entry());
            Future<ChunkResult> chunk = run.run(new TimedChunk(Buffer.buffer("a"), false, deadline()));
            pass(1100);
            late.complete(ChunkOutcome.DROP);
            return chunk.result();
        });

        assertThat(codes(result)).containsExactly(ErrorCode.POLICY_TIMEOUT);
        assertThat(result.data()).isNull();
        assertThat(wheel.size()).isZero();
        assertThat(isCancelled(slow)).isTrue();
        assertThat(isCancelled(next)).isFalse();
    }

    @Test
    void aServerThatAFilterAsksInTheRestOfTheTimeOfAChunkIsNotTheCause() throws Exception {
        StreamingPolicy slow = new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());

        ChunkResult result = onLoop(() -> {
            ChunkRun run = openEntries(
                    slow.entry(OnFailure.CONTINUE), StreamingPolicy.passing().entry());
            Future<ChunkResult> chunk = run.run(new TimedChunk(Buffer.buffer("a"), false, deadline()));
            Cancellation own = slow.opened.getFirst().call().cancellation();
            Cancellation.Listening work = own.onCancelOfWork(() -> {});
            pass(600);
            work.end();
            boolean isCutShort = Objects.requireNonNull(own.time())
                    .cutsShort("server", Duration.ofSeconds(5).toNanos());
            own.onCancelOfDependency(isCutShort, () -> {});
            pass(500);
            return chunk.result();
        });

        assertThat(codes(result)).containsExactly(ErrorCode.DEADLINE_EXCEEDED);
    }

    private static boolean isCancelled(StreamingPolicy policy) {
        return policy.opened.getFirst().call().cancellation().isCancelled();
    }

    @Test
    void aFilterThatTakesAllTheTimeOfAChunkTimesOutAndTheNextIsNotPassedOver() throws Exception {
        StreamingPolicy slow = new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());
        StreamingPolicy next = StreamingPolicy.passing();

        ChunkResult result = onLoop(() -> {
            Future<ChunkResult> chunk = openEntries(slow.entry(OnFailure.CONTINUE), next.entry(OnFailure.CONTINUE))
                    .run(new TimedChunk(
                            Buffer.buffer("a"),
                            false,
                            now + Duration.ofMillis(100).toNanos()));
            pass(120);
            return chunk.result();
        });

        assertThat(codes(result)).containsExactly(ErrorCode.POLICY_TIMEOUT, ErrorCode.DEADLINE_EXCEEDED);
        assertThat(result.last()).isTrue();
        assertThat(text(result)).isEmpty();
        assertClosedOnce(slow, next);
    }

    @Test
    void aFilterTimesOutOnlyIfFiltersBeforeItLeftItsTime() throws Exception {
        StreamingPolicy slow = new StreamingPolicy((_, _) -> {
            now += Duration.ofMillis(60).toNanos();
            return Future.succeededFuture(ChunkOutcome.PASS);
        });
        StreamingPolicy never = new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());

        ChunkResult result = onLoop(() -> {
            Future<ChunkResult> chunk = openEntries(slow.entry(), never.entry(OnFailure.SKIP_REMAINING))
                    .run(new TimedChunk(
                            Buffer.buffer("a"),
                            false,
                            now + Duration.ofMillis(100).toNanos()));
            pass(120);
            return chunk.result();
        });

        assertThat(codes(result)).containsExactly(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(result.last()).isTrue();
        assertClosedOnce(slow, never);
    }

    @Test
    void pausesBetweenChunksDoNotCount() {
        ChunkRun run = open(StreamingPolicy.passing());
        run(run, "a", false);

        now += Duration.ofHours(1).toNanos();

        assertThat(run(run, "b", true).last()).isTrue();
    }

    @Test
    void cancellationOfTheCallFreesTheFiltersAtRestAndAtWork() throws Exception {
        StreamingPolicy idle = StreamingPolicy.passing();
        StreamingPolicy slow = new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());

        Future<ChunkResult> chunk = onLoop(() -> {
            open(idle);
            Future<ChunkResult> waiting = open(slow).run(new TimedChunk(Buffer.buffer("a"), false, deadline()));
            cancellation.cancel();
            return waiting;
        });

        assertThat(chunk.cause()).isInstanceOf(ChainStoppedException.class);
        assertThat(wheel.size()).isZero();
        assertClosedOnce(idle, slow);
    }

    @Test
    void closingFreesTheFiltersOnce() {
        StreamingPolicy policy = StreamingPolicy.passing();
        ChunkRun run = open(policy);
        int[] told = {0};
        run.onEnd(() -> told[0]++);

        run.close();
        run.close();
        cancellation.cancel();

        assertClosedOnce(policy);
        assertThat(told[0]).isOne();
    }

    @Test
    void aFilterThatCannotBeClosedIsReportedAndStopsNoOther() {
        StreamingPolicy first = StreamingPolicy.passing();
        StreamingPolicy second = StreamingPolicy.passing();
        first.closing = () -> {
            throw new IllegalStateException("secret");
        };

        open(first, second).close();

        assertThat(first.failedOnChunk).extracting(EntryFailure::code).containsExactly(ErrorCode.POLICY_ERROR);
        assertClosedOnce(second);
    }

    @Test
    void oneChunkAtATime() throws Exception {
        StreamingPolicy slow = new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());

        onLoop(() -> {
            ChunkRun run = open(slow);
            run.run(new TimedChunk(Buffer.buffer("a"), false, deadline()));

            assertThatThrownBy(() -> run.run(new TimedChunk(Buffer.buffer("b"), false, deadline())))
                    .isInstanceOf(IllegalStateException.class);
            return true;
        });
    }

    @Test
    void onlyEntriesThatLookAtTheBodyAndLetTheChainGoOnOpenFilters() {
        StreamingPolicy headersOnly = StreamingPolicy.passing();
        StreamingPolicy failing = StreamingPolicy.passing();
        failing.decision = Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no"));
        StreamingPolicy changing = StreamingPolicy.passing();
        changing.decision = RequestOutcome.proceed(List.of(new SetHeader("a", "1")));
        StreamingPolicy skipping = StreamingPolicy.passing();
        skipping.decision = Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), null));
        StreamingPolicy skipped = StreamingPolicy.passing();

        ChunkRun run = openEntries(
                headersOnly.entry(OnFailure.DENY, BodyNeed.NONE),
                failing.entry(OnFailure.CONTINUE),
                changing.entry(),
                skipping.entry(),
                skipped.entry());
        run(run, "a", true);

        assertThat(List.of(headersOnly.given.size(), failing.given.size(), skipped.given.size()))
                .containsExactly(0, 0, 0);
        assertThat(changing.given).containsExactly("a|");
        assertThat(skipping.given).containsExactly("a|");
        assertThat(changing.opened.getFirst().request().headers().get("a")).isNull();
        assertThat(skipping.opened.getFirst().request().headers().get("a")).isEqualTo("1");
    }

    @Test
    void nothingStaysOpenWhenTheChainEndsTheExchange() {
        StreamingPolicy before = StreamingPolicy.passing();
        StreamingPolicy denying = StreamingPolicy.passing();
        denying.decision = RequestOutcome.respond(ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN));

        OpenChain<RequestOutcome> open = opened(before.entry(), denying.entry());

        assertThat(open.chunks()).isNull();
        assertClosedOnce(before);
        assertThat(denying.opened).isEmpty();
    }

    @Test
    void nothingStaysOpenWhenAnEntryFails() {
        StreamingPolicy before = StreamingPolicy.passing();
        StreamingPolicy unopened = StreamingPolicy.passing();
        unopened.opens = false;

        OpenChain<RequestOutcome> open = opened(before.entry(), unopened.entry());

        assertThat(open.chunks()).isNull();
        assertThat(open.result().entries().get(1)).isInstanceOf(EntryResult.Failed.class);
        assertClosedOnce(before);
    }

    @Test
    void nothingStaysOpenWhenTheCallIsCancelledInTheChain() throws Exception {
        StreamingPolicy before = StreamingPolicy.passing();
        StreamingPolicy slow = StreamingPolicy.passing();
        slow.decision = Promise.<RequestOutcome>promise().future();

        onLoop(() -> {
            executor.openRequest(List.of(before.entry(), slow.entry()), 0, 2, context());
            cancellation.cancel();
            return true;
        });

        assertClosedOnce(before);
    }

    @Test
    void aFilterThatCannotBeOpenedFailsItsEntryAndEndsTheChainWhereAFailureWouldContinue() {
        StreamingPolicy unopened = StreamingPolicy.passing();
        unopened.opens = false;
        StreamingPolicy later = StreamingPolicy.appending("!");

        OpenChain<RequestOutcome> open = opened(unopened.entry(OnFailure.CONTINUE), later.entry());

        assertThat(open.result().entries())
                .containsExactly(new EntryResult.Failed<>(new EntryFailure(
                        ErrorCode.POLICY_ERROR, "the policy returned null instead of a chunk filter")));
        assertThat(open.chunks()).isNull();
    }

    private RequestContext context() {
        RequestView request =
                new RequestView("GET", "https", "example.com", "/", HeaderMap.empty(), "", Map.of(), null, false);
        return new RequestContext(request, Metadata.empty(), new Call("r", 1, deadline(), cancellation));
    }

    private long deadline() {
        return now + Duration.ofSeconds(10).toNanos();
    }

    private OpenChain<RequestOutcome> opened(BoundEntry... entries) {
        return executor.openRequest(List.of(entries), 0, entries.length, context())
                .result();
    }

    private ChunkRun openEntries(BoundEntry... entries) {
        return Objects.requireNonNull(opened(entries).chunks());
    }

    private ChunkRun open(StreamingPolicy... policies) {
        return openEntries(
                List.of(policies).stream().map(StreamingPolicy::entry).toArray(BoundEntry[]::new));
    }

    /** Without its times, which are told of every entry that looked at the chunk. */
    private ChunkResult run(ChunkRun run, String data, boolean last) {
        return Objects.requireNonNull(run.run(new TimedChunk(Buffer.buffer(data), last, deadline()))
                        .result())
                .with(List.of());
    }

    private static String text(ChunkResult result) {
        return String.valueOf(result.data());
    }

    private static List<ErrorCode> codes(ChunkResult result) {
        return result.failures().stream().map(failed -> failed.failure().code()).toList();
    }

    private static void assertClosedOnce(StreamingPolicy... policies) {
        assertThat(policies).allSatisfy(policy -> assertThat(policy.closed).isOne());
    }

    private void pass(int millis) {
        for (int passed = 0; passed < millis; passed += 5) {
            now += Duration.ofMillis(5).toNanos();
            Runnable pulse = pulses.poll();
            if (pulse != null) {
                pulse.run();
            }
        }
    }

    private static <T> T onLoop(Supplier<T> work) throws Exception {
        Promise<T> result = Promise.promise();
        VERTX.runOnContext(_ -> {
            try {
                result.complete(work.get());
            } catch (Throwable thrown) {
                result.fail(thrown);
            }
        });
        return result.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
