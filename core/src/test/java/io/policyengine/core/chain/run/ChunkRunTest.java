package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ChunkRunTest extends ChunkFixture {
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
        assertThat(give(run, "b", true).cause()).isInstanceOf(ChainStoppedException.class);
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
}
