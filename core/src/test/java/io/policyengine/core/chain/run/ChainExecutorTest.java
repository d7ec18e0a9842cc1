package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.core.policy.ValidatedToken;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of a chain, and what each of its entries sees. */
class ChainExecutorTest extends ChainFixture {
    @Test
    void completesAtOnceWhenAllPoliciesDo() {
        Future<SegmentResult<RequestOutcome>> result = run(entry(setHeader("a", "1")), entry(setHeader("b", "2")));

        assertThat(result.succeeded()).isTrue();
        assertThat(result.result().entries()).hasSize(2).allMatch(EntryResult.Completed.class::isInstance);
        assertThat(pulses).isEmpty();
    }

    @Test
    void showsEachPolicyTheEffectOfThoseBefore() {
        run(
                entry(_ -> RequestOutcome.proceed(
                        List.of(new SetHeader("a", "1"), new SetMetadata("k", JSON.numberNode(1))))),
                entry(setHeader("a", "2")),
                entry(setHeader("c", "3")));

        assertThat(seen.get(0).request().headers().get("a")).isNull();
        assertThat(seen.get(1).request().headers().get("a")).isEqualTo("1");
        assertThat(seen.get(1).metadata().get("k")).isEqualTo(JSON.numberNode(1));
        assertThat(seen.get(2).request().headers().get("a")).isEqualTo("2");
    }

    @Test
    void showsAValidatedTokenToThePoliciesAfterItUntilAnotherOneIsValidated() {
        ValidatedToken first = new ValidatedToken("one");
        ValidatedToken second = new ValidatedToken("two");

        run(
                entry(_ -> Future.succeededFuture(new RequestOutcome.Proceed(List.of(), null, first))),
                entry(setHeader("a", "1")),
                entry(_ -> Future.succeededFuture(new RequestOutcome.Proceed(List.of(), null, second))),
                entry(setHeader("c", "3")));
        run(entry(setHeader("a", "1")));

        assertThat(seen).extracting(RequestContext::token).containsExactly(null, first, first, second, null);
    }

    @Test
    void anotherIdentityEndsTheValidatedTokenOfTheFormer() {
        ValidatedToken token = new ValidatedToken("mallory's");

        run(
                entry(_ -> Future.succeededFuture(new RequestOutcome.Proceed(List.of(), null, token))),
                entry(_ -> RequestOutcome.proceed(List.of(new SetMetadata(Identity.ROLES, JSON.arrayNode())))),
                entry(_ -> RequestOutcome.proceed(List.of(new SetMetadata(Identity.ID, JSON.stringNode("bob"))))),
                entry(setHeader("a", "1")));

        assertThat(seen).extracting(RequestContext::token).containsExactly(null, token, token, null);
    }

    @Test
    void tellsEachPolicyItsOwnSpanOfATraceThatIsKept() {
        TraceParent call = new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", 7, "");
        List<BoundEntry> entries = List.of(
                entry(setHeader("a", "1")),
                entry(setHeader("b", "2")),
                when("false", setHeader("c", "3")),
                entry(setHeader("d", "4")));
        RequestContext untold = context();

        executor.executeRequest(entries, 1, 4, untold.withCall(new Call("r", 1, deadline, cancellation, false, call)));
        run(entry(setHeader("a", "1")));

        assertThat(seen)
                .extracting(context -> context.call().trace())
                .containsExactly(call.ofEntry(0), call.ofEntry(2), null);
    }

    @Test
    void runsOnlyTheEntriesThatAreAskedFor() {
        List<BoundEntry> entries =
                List.of(entry(setHeader("a", "1")), entry(setHeader("b", "2")), entry(setHeader("c", "3")));

        SegmentResult<RequestOutcome> result =
                executor.executeRequest(entries, 1, 2, context()).result();

        assertThat(result.entries()).hasSize(1);
        assertThat(seen).hasSize(1);
    }

    @Test
    void passesOverAnEntryWhoseConditionIsFalse() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(setHeader("a", "1")),
                when("request.headers.a == '2'", _ -> {
                    throw new AssertionError("it has run");
                }),
                entry(setHeader("c", "3")));

        assertThat(entries.get(1)).isEqualTo(new EntryResult.Skipped<>());
        assertThat(seen).hasSize(2);
        assertThat(observed).hasSize(2);
        assertThat(skipped).isEqualTo(1);
    }

    @Test
    void runsAnEntryWhoseConditionIsTrueOfWhatItSees() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(_ -> RequestOutcome.proceed(
                        List.of(new SetHeader("a", "1"), new SetMetadata("k", JSON.numberNode(1))))),
                when("request.headers.a == '1' && metadata.k == 1", setHeader("b", "2")));

        assertThat(entries).hasSize(2);
        assertThat(seen).hasSize(2);
        assertThat(skipped).isZero();
    }

    @Test
    void passesOverTheLastEntry() {
        assertThat(results(entry(setHeader("a", "1")), when("false", setHeader("b", "2"))))
                .hasSize(2);
    }

    @Test
    void endsWithAnImmediateResponse() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(_ -> RequestOutcome.respond(ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN))),
                entry(setHeader("b", "2")));

        assertThat(entries).hasSize(1);
        assertThat(seen).hasSize(1);
    }

    @Test
    void endsWithSkipRemaining() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(_ -> Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), "enough"))),
                entry(setHeader("b", "2")));

        assertThat(entries).hasSize(1);
    }

    @Test
    void tellsTheObserverOfEachRun() {
        run(entry(setHeader("a", "1")), entry(_ -> Future.failedFuture("no")));

        assertThat(observed).hasSize(2);
        assertThat(observed.get(0)).isInstanceOf(EntryResult.Completed.class);
        assertThat(observed.get(1)).isInstanceOf(EntryResult.Failed.class);
    }

    @Test
    void runsResponsePoliciesLikewise() {
        List<ResponseContext> contexts = new ArrayList<>();
        Policy teapot = new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                contexts.add(response);
                return ResponseOutcome.proceed(List.of(new SetStatusCode(418), new SetHeader("x", "1")));
            }
        };
        Policy failing = new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                contexts.add(response);
                return Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no"));
            }
        };
        Policy last = new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return Future.succeededFuture(new ResponseOutcome.SkipRemaining(List.of(), null));
            }
        };

        SegmentResult<ResponseOutcome> result = executor.executeResponse(
                        List.of(
                                bound(OnFailure.DENY, teapot), bound(OnFailure.CONTINUE, failing),
                                bound(OnFailure.DENY, last), bound(OnFailure.DENY, teapot)),
                        0,
                        4,
                        new ResponseContext(
                                new ResponseView(200, HeaderMap.empty(), null),
                                context().request(),
                                context().request(),
                                Metadata.empty(),
                                context().call()))
                .result();

        assertThat(result.entries()).hasSize(3);
        assertThat(contexts.get(1).response().status()).isEqualTo(418);
        assertThat(contexts.get(1).response().headers().get("x")).isEqualTo("1");
        assertThat(result.entries().get(1))
                .isInstanceOfSatisfying(
                        EntryResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE));
    }
}
