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
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures, timeouts and cancellation of filters. */
class FailedChunkTest extends ChunkFixture {
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
                StreamingPolicy.failing(ErrorCode.STATE_TOO_LARGE),
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
        StreamingPolicy refusing = StreamingPolicy.failing(code);
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
        StreamingPolicy failing = StreamingPolicy.failingOn("b", ErrorCode.DEPENDENCY_UNAVAILABLE, ChunkOutcome.DROP);
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
        StreamingPolicy failing = StreamingPolicy.failingOn("b", ErrorCode.DEPENDENCY_UNAVAILABLE, ChunkOutcome.PASS);
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
            Future<ChunkResult> chunk = give(run, "a", false);
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
        StreamingPolicy slow = StreamingPolicy.hanging();

        ChunkResult result = onLoop(() -> {
            ChunkRun run = openEntries(
                    slow.entry(OnFailure.CONTINUE), StreamingPolicy.passing().entry());
            Future<ChunkResult> chunk = give(run, "a", false);
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
        StreamingPolicy slow = StreamingPolicy.hanging();
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
        StreamingPolicy never = StreamingPolicy.hanging();

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
        StreamingPolicy slow = StreamingPolicy.hanging();

        Future<ChunkResult> chunk = onLoop(() -> {
            open(idle);
            Future<ChunkResult> waiting = give(open(slow), "a", false);
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
        StreamingPolicy slow = StreamingPolicy.hanging();

        onLoop(() -> {
            ChunkRun run = open(slow);
            give(run, "a", false);

            assertThatThrownBy(() -> give(run, "b", false)).isInstanceOf(IllegalStateException.class);
            return true;
        });
    }
}
