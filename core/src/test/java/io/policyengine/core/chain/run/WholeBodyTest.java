package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetBody;
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
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A policy that can only stream, where the body is buffered: it gets all of it as one last chunk. */
class WholeBodyTest {
    private final ChainExecutor executor = new ChainExecutor(
            new DeadlineWheel(() -> 0, (_, _) -> {
                throw new AssertionError("nothing waits");
            }),
            () -> 0,
            new ChainLimits(20, 50));

    @Test
    void itsResultIsTheBodyThatLaterEntriesSee() {
        StreamingPolicy streaming = StreamingPolicy.appending("!");
        streaming.decision = RequestOutcome.proceed(List.of(new SetHeader("a", "1")));
        StreamingPolicy later = StreamingPolicy.appending("?");

        List<EntryResult<RequestOutcome>> results = run("body", only(streaming), only(later));

        assertThat(results)
                .containsExactly(
                        completed(new RequestOutcome.Proceed(
                                List.of(new SetHeader("a", "1"), new SetBody(Buffer.buffer("body!."), null)), null)),
                        completed(new RequestOutcome.Proceed(
                                List.of(new SetBody(Buffer.buffer("body!.?."), null)), null)));
        assertThat(streaming.given).containsExactly("body|");
        assertThat(streaming.ended).hasSize(1);
        assertThat(List.of(streaming.closed, later.closed)).containsExactly(1, 1);
    }

    @Test
    void itFiltersTheBodyThatItSet() {
        StreamingPolicy streaming = StreamingPolicy.appending("!");
        streaming.decision = RequestOutcome.proceed(List.of(new SetBody(Buffer.buffer("new"), "text/plain")));

        run("body", only(streaming));

        assertThat(streaming.given).containsExactly("new|");
    }

    @Test
    void aBodyThatPassesStaysAndOneThatIsDroppedIsEmpty() {
        assertThat(run("body", only(StreamingPolicy.passing())))
                .containsExactly(completed(new RequestOutcome.Proceed(List.of(), null)));
        assertThat(run("body", only(StreamingPolicy.answering(ChunkOutcome.DROP))))
                .containsExactly(
                        completed(new RequestOutcome.Proceed(List.of(new SetBody(Buffer.buffer(), null)), null)));
        assertThat(run("body", only(StreamingPolicy.answering(new ChunkOutcome.End(Buffer.buffer("z"))))))
                .containsExactly(
                        completed(new RequestOutcome.Proceed(List.of(new SetBody(Buffer.buffer("z"), null)), null)));
    }

    @Test
    void anEmptyBodyIsGivenAndNoBodyIsNot() {
        StreamingPolicy empty = StreamingPolicy.passing();
        StreamingPolicy none = StreamingPolicy.passing();

        run("", only(empty));
        run(null, only(none));

        assertThat(empty.given).containsExactly("|");
        assertThat(none.opened).isEmpty();
    }

    @Test
    void onlyAPolicyThatCanOnlyStreamGetsChunks() {
        StreamingPolicy both = StreamingPolicy.passing();

        run("body", both.entry(OnFailure.DENY, BodyNeed.BUFFERED_OR_STREAMING));

        assertThat(both.opened).isEmpty();
    }

    @Test
    void itMayAnswerTheClient() {
        ImmediateResponse response = ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN);
        StreamingPolicy denying = StreamingPolicy.answering(new RequestChunkOutcome.Respond(response));
        StreamingPolicy later = StreamingPolicy.passing();

        assertThat(run("body", only(denying), only(later)))
                .containsExactly(completed(new RequestOutcome.Respond(response, List.of())));
        assertThat(denying.closed).isOne();
    }

    @Test
    void itsFailureIsTheEntrys() {
        StreamingPolicy failing = new StreamingPolicy(
                (_, _) -> Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no")));
        failing.decision = RequestOutcome.proceed(List.of(new SetHeader("a", "1")));
        StreamingPolicy later = StreamingPolicy.passing();

        List<EntryResult<RequestOutcome>> results =
                run("body", failing.entry(OnFailure.CONTINUE, BodyNeed.STREAMING), only(later));

        assertThat(codeOf(results.getFirst())).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(later.given).containsExactly("body|");
        assertThat(later.opened.getFirst().request().headers().get("a")).isNull();
        assertThat(failing.closed).isEqualTo(1);
        assertThat(failing.ended).hasSize(1);
    }

    @Test
    void aFilterThatHoldsTheLastBytesEndsTheChainWhereAFailureWouldContinue() {
        StreamingPolicy holding =
                StreamingPolicy.answering(new ChunkOutcome.Hold(Buffer.buffer(), Buffer.buffer("body")));
        StreamingPolicy later = StreamingPolicy.passing();

        List<EntryResult<RequestOutcome>> results =
                run("body", holding.entry(OnFailure.CONTINUE, BodyNeed.STREAMING), only(later));

        assertThat(results).hasSize(1);
        assertThat(codeOf(results.getFirst())).isEqualTo(ErrorCode.INVALID_INSTRUCTION);
        assertThat(later.given).isEmpty();
        assertThat(holding.closed).isEqualTo(1);
    }

    private static ErrorCode codeOf(EntryResult<RequestOutcome> result) {
        return ((EntryResult.Failed<?>) result).failure().code();
    }

    @Test
    void aBodyThatGetsTooLargeEndsTheChainWhereAFailureWouldContinue() {
        StreamingPolicy large = StreamingPolicy.answering(new ChunkOutcome.Replace(Buffer.buffer("x".repeat(21))));
        StreamingPolicy later = StreamingPolicy.passing();

        List<EntryResult<RequestOutcome>> results =
                run("body", large.entry(OnFailure.CONTINUE, BodyNeed.STREAMING), only(later));

        assertThat(results)
                .extracting(result -> ((EntryResult.Failed<?>) result).failure().code())
                .containsExactly(ErrorCode.BODY_TOO_LARGE);
        assertThat(large.closed).isOne();
        assertThat(later.opened).isEmpty();
    }

    @Test
    void responsesLikewise() {
        StreamingPolicy policy = StreamingPolicy.appending("!");
        RequestView request = context(null).request();

        SegmentResult<ResponseOutcome> result = executor.executeResponse(
                        List.of(only(policy)),
                        0,
                        1,
                        new ResponseContext(
                                new ResponseView(200, HeaderMap.empty(), Buffer.buffer("body")),
                                request,
                                request,
                                Metadata.empty(),
                                context(null).call()))
                .result();

        assertThat(result.entries())
                .containsExactly(new EntryResult.Completed<>(
                        new ResponseOutcome.Proceed(List.of(new SetBody(Buffer.buffer("body!."), null)), null)));
    }

    private static BoundEntry only(StreamingPolicy policy) {
        return policy.entry(OnFailure.DENY, BodyNeed.STREAMING);
    }

    private static EntryResult<RequestOutcome> completed(RequestOutcome outcome) {
        return new EntryResult.Completed<>(outcome);
    }

    private List<EntryResult<RequestOutcome>> run(@Nullable String body, BoundEntry... entries) {
        return executor.executeRequest(List.of(entries), 0, entries.length, context(body))
                .result()
                .entries();
    }

    private static RequestContext context(@Nullable String body) {
        RequestView request = new RequestView(
                "GET",
                "https",
                "example.com",
                "/",
                HeaderMap.empty(),
                "",
                Map.of(),
                body == null ? null : Buffer.buffer(body),
                false);
        long deadline = Duration.ofSeconds(10).toNanos();
        return new RequestContext(request, Metadata.empty(), new Call("r", 1, deadline, new Cancellation()));
    }
}
