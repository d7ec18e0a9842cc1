package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The filters that a chain opens, and those that it closes before the first chunk. */
class OpenFiltersTest extends ChunkFixture {
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
}
