package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOError;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The failures of an entry, and what each of them does to the chain. */
class FailedEntryTest extends ChainFixture {
    @Test
    void aConditionThatCannotBeEvaluatedIsAFailureOfItsEntry() {
        String condition = "request.headers.a == '1'";

        assertThat(results(when(condition, OnFailure.DENY, setHeader("b", "2")), entry(setHeader("c", "3"))))
                .containsExactly(
                        new EntryResult.Failed<>(
                                new EntryFailure(
                                        ErrorCode.INVALID_REQUEST,
                                        "an expression cannot be evaluated: a missing key (test for it with has(), 'in' or [?key]), at character 15")));
        assertThat(results(when(condition, OnFailure.CONTINUE, setHeader("b", "2")), entry(setHeader("c", "3"))))
                .hasSize(1);
    }

    @Test
    void anEntryWithoutRoomGoesByItsRuleForOverloadAndNotByThatForFailures() {
        PolicyException full = new PolicyException(ErrorCode.OVERLOADED, "too many");
        Policy policy = new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return Future.failedFuture(full);
            }
        };
        EntryResult<RequestOutcome> failed =
                new EntryResult.Failed<>(new EntryFailure(ErrorCode.OVERLOADED, "too many"));

        assertThat(results(bound(OnFailure.CONTINUE, OnFailure.DENY, policy), entry(setHeader("b", "2"))))
                .containsExactly(failed);
        assertThat(results(bound(OnFailure.DENY, OnFailure.CONTINUE, policy), entry(setHeader("b", "2"))))
                .hasSize(2)
                .startsWith(failed);
        assertThat(results(bound(OnFailure.CONTINUE, OnFailure.SKIP_REMAINING, policy), entry(setHeader("b", "2"))))
                .containsExactly(failed);
    }

    @Test
    void everyWayToMisbehaveIsAPolicyError() {
        List<Function<RequestContext, @Nullable Future<RequestOutcome>>> ways = List.of(
                _ -> {
                    throw new IllegalStateException("secret");
                },
                _ -> {
                    throw new NoClassDefFoundError("x");
                },
                _ -> {
                    throw new ServiceConfigurationError("secret");
                },
                _ -> {
                    throw new StackOverflowError("secret");
                },
                _ -> Future.failedFuture(new IOError(new IOException("secret"))),
                _ -> Future.failedFuture(new IllegalStateException("secret")),
                _ -> Future.failedFuture("no"),
                _ -> null,
                _ -> Future.succeededFuture(),
                _ -> RequestOutcome.proceed(Arrays.asList((RequestInstruction) null)));

        for (Function<RequestContext, @Nullable Future<RequestOutcome>> way : ways) {
            List<EntryResult<RequestOutcome>> entries = results(entry(way));

            assertThat(codes(entries)).containsExactly(ErrorCode.POLICY_ERROR);
            assertThat(entries.toString()).doesNotContain("secret");
        }
    }

    @Test
    void aPolicysOwnCodeAndMessageAreKept() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(_ -> Future.failedFuture(new PolicyException(ErrorCode.POLICY_TIMEOUT, "Redis did not answer"))));

        assertThat(entries)
                .containsExactly(
                        new EntryResult.Failed<>(new EntryFailure(ErrorCode.POLICY_TIMEOUT, "Redis did not answer")));
    }

    @Test
    void anErrorOfTheProcessIsNotSwallowed() {
        BoundEntry entry = entry(OnFailure.CONTINUE, _ -> {
            throw new OutOfMemoryError("none left");
        });

        assertThatThrownBy(() -> run(entry)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void failureDeniesContinuesOrSkipsAsTheEntrySays() {
        Function<RequestContext, @Nullable Future<RequestOutcome>> failing =
                _ -> Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no"));

        assertThat(results(entry(OnFailure.DENY, failing), entry(setHeader("b", "2"))))
                .hasSize(1);
        assertThat(results(entry(OnFailure.SKIP_REMAINING, failing), entry(setHeader("b", "2"))))
                .hasSize(1);
        assertThat(codes(results(entry(OnFailure.CONTINUE, failing), entry(setHeader("b", "2")))))
                .containsExactly(ErrorCode.DEPENDENCY_UNAVAILABLE, null);
    }

    @ParameterizedTest
    @EnumSource(OnFailure.class)
    void whatAMessageCanBringAboutEndsTheChainWhateverFollowsAFailure(OnFailure onFailure) {
        for (Function<RequestContext, @Nullable Future<RequestOutcome>> failing :
                List.<Function<RequestContext, @Nullable Future<RequestOutcome>>>of(
                        _ -> Future.failedFuture("no"),
                        _ -> {
                            throw new IllegalStateException("secret");
                        },
                        _ -> RequestOutcome.proceed(List.of(new SetHeader("content-length", "1"))),
                        _ -> Future.failedFuture(new PolicyException(ErrorCode.INVALID_REQUEST, "no value")))) {
            assertThat(results(entry(onFailure, failing), entry(setHeader("b", "2"))))
                    .hasSize(1);
        }
    }

    @Test
    void nothingOfAnEntryWithAnIllegalInstructionIsApplied() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(
                        OnFailure.CONTINUE,
                        _ -> RequestOutcome.proceed(List.of(
                                new SetHeader("good", "1"),
                                new SetMetadata("k", JSON.nullNode()),
                                new SetHeader("content-length", "1")))),
                entry(setHeader("b", "2")));

        assertThat(codes(entries)).containsExactly(ErrorCode.INVALID_INSTRUCTION);
        assertThat(seen).hasSize(1);
    }

    @Test
    void bodiesAndMetadataBeyondTheLimitsAreFailures() {
        assertThat(codes(results(entry(_ ->
                        RequestOutcome.proceed(List.of(new SetBody(Buffer.buffer("x".repeat(101)), null)))))))
                .containsExactly(ErrorCode.BODY_TOO_LARGE);
        assertThat(codes(results(entry(_ ->
                        RequestOutcome.respond(ImmediateResponse.json(200, "x".repeat(101), DenialReason.FORBIDDEN))))))
                .containsExactly(ErrorCode.BODY_TOO_LARGE);
        assertThat(codes(results(
                        entry(_ ->
                                RequestOutcome.proceed(List.of(new SetMetadata("k", JSON.stringNode("x".repeat(30)))))),
                        entry(_ -> RequestOutcome.proceed(
                                List.of(new SetMetadata("l", JSON.stringNode("x".repeat(30)))))))))
                .containsExactly(null, ErrorCode.STATE_TOO_LARGE);
    }

    @ParameterizedTest
    @EnumSource(
            value = OnFailure.class,
            names = {"CONTINUE", "SKIP_REMAINING"})
    void whatIsBeyondTheLimitsEndsTheChainWhateverFollowsAFailure(OnFailure onFailure) {
        Buffer large = Buffer.buffer("x".repeat(101));

        assertThat(codes(results(
                        entry(onFailure, _ -> RequestOutcome.proceed(List.of(new SetBody(large, null)))),
                        entry(setHeader("b", "2")))))
                .containsExactly(ErrorCode.BODY_TOO_LARGE);
        assertThat(codes(results(
                        entry(
                                onFailure,
                                _ -> RequestOutcome.proceed(
                                        List.of(new SetMetadata("k", JSON.stringNode(large.toString()))))),
                        entry(setHeader("b", "2")))))
                .containsExactly(ErrorCode.STATE_TOO_LARGE);
    }

    @Test
    void anotherAnswerOfWhichAPartCannotBeSentIsAFailureThatDenies() {
        RequestOutcome odd = new RequestOutcome.Respond(
                ImmediateResponse.json(200, "{}", DenialReason.FORBIDDEN).withHeader("x-a", "1\n2"), List.of());

        assertThat(codes(results(
                        entry(OnFailure.CONTINUE, _ -> Future.succeededFuture(odd)), entry(setHeader("b", "2")))))
                .containsExactly(ErrorCode.INVALID_RESPONSE);
    }

    @Test
    void aDenialOfWhichAPartCannotBeSentIsADenial() {
        for (RequestOutcome.Respond odd : List.of(
                new RequestOutcome.Respond(ImmediateResponse.json(99, "{}", DenialReason.FORBIDDEN), List.of()),
                new RequestOutcome.Respond(
                        ImmediateResponse.json(403, "x".repeat(101), DenialReason.FORBIDDEN), List.of()),
                new RequestOutcome.Respond(
                        ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN)
                                .withHeader("x-a", "1\n2"),
                        List.of(new SetHeader("content-length", "1"))),
                new RequestOutcome.Respond(
                        ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN),
                        List.of(new SetMetadata("k", JSON.stringNode("x".repeat(101))))))) {
            List<EntryResult<RequestOutcome>> entries =
                    results(entry(OnFailure.CONTINUE, _ -> Future.succeededFuture(odd)), entry(setHeader("b", "2")));

            assertThat(entries)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            EntryResult.Completed.class,
                            denied -> assertThat(denied.outcome())
                                    .isInstanceOfSatisfying(RequestOutcome.Respond.class, sent -> {
                                        assertThat(sent.response().status()).isEqualTo(403);
                                        assertThat(sent.response().headers().contains("x-a"))
                                                .isFalse();
                                        assertThat(sent.instructions()).isEmpty();
                                    }));
        }
    }
}
