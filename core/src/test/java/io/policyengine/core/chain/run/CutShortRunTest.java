package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call, or a chunk of a body, to which the kernel gives less than its promised time. */
class CutShortRunTest extends ChainFixture {
    private static final String SERVER = "server";

    @ParameterizedTest
    @CsvSource({
        "true,  CONTINUE,       DEADLINE_EXCEEDED",
        "true,  SKIP_REMAINING, DEADLINE_EXCEEDED",
        "true,  DENY,           DEPENDENCY_UNAVAILABLE",
        "false, CONTINUE,       DEPENDENCY_UNAVAILABLE"
    })
    void noFailureOfADependencyLetsTheMessagePass(boolean cut, OnFailure onFailure, ErrorCode expected) {
        isCutShort = cut;

        List<EntryResult<RequestOutcome>> entries = results(entry(onFailure, CutShortRunTest::fails));

        assertThat(codes(entries)).containsExactly(expected);
        assertThat(entries.getFirst().toString().contains("earlier calls left its call less"))
                .isEqualTo(expected == ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void theEntriesAfterAFailedOneDoNotRun() {
        isCutShort = true;

        results(entry(OnFailure.CONTINUE, CutShortRunTest::fails), entry(setHeader("b", "2")));

        assertThat(seen).hasSize(1);
    }

    @Test
    void anEntryThatAnswersCountsAsUsual() {
        isCutShort = true;

        assertThat(codes(results(entry(setHeader("a", "1")), entry(setHeader("b", "2")))))
                .containsExactly(null, null);
    }

    @Test
    void allDependenciesOfAllEntriesAreCutShort() {
        isCutShort = true;

        results(entry(setHeader("a", "1")), entry(setHeader("b", "2")));

        assertThat(seen).map(RequestContext::call).allMatch(Call::isCutShort).allMatch(CutShortRunTest::cutsShort);
    }

    @Test
    void aChunkIsJudgedByItsOwnTime() {
        StreamingPolicy policy = StreamingPolicy.passing();
        isCutShort = true;
        ChunkRun run = Objects.requireNonNull(executor.openRequest(List.of(policy.entry()), 0, 1, context())
                .result()
                .chunks());
        Call call = policy.opened.getFirst().call();

        assertThat(call.isCutShort()).isFalse();
        run.run(chunk(false));
        assertThat(cutsShort(call)).isFalse();
        run.run(chunk(true));
        assertThat(cutsShort(call)).isTrue();
        run.run(chunk(false));
        assertThat(cutsShort(call)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true, DEADLINE_EXCEEDED", "false, DEPENDENCY_UNAVAILABLE"})
    void noFailureOfAFilterLetsAChunkPassThatIsCutShort(boolean cut, ErrorCode expected) {
        StreamingPolicy failing = new StreamingPolicy((_, _) ->
                Future.<ChunkOutcome>failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no answer")));
        ChunkRun run =
                Objects.requireNonNull(executor.openRequest(List.of(failing.entry(OnFailure.CONTINUE)), 0, 1, context())
                        .result()
                        .chunks());

        ChunkResult result = run.run(chunk(cut)).result();

        assertThat(result.failures()).map(failed -> failed.failure().code()).containsExactly(expected);
        assertThat(result.last()).isEqualTo(cut);
    }

    private TimedChunk chunk(boolean cut) {
        return new TimedChunk(Buffer.buffer("a"), false, deadline, cut);
    }

    private static boolean cutsShort(Call call) {
        return Objects.requireNonNull(call.cancellation().time()).cutsShort(SERVER, 1);
    }

    @SuppressWarnings("unused") // the signature of a policy
    private static Future<RequestOutcome> fails(RequestContext context) {
        return Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no answer"));
    }
}
