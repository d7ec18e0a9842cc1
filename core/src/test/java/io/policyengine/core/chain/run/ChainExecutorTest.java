package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.core.policy.ValidatedToken;
import io.policyengine.core.time.DeadlineWheel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ChainExecutorTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private long now = 1_000_000_000L;
    private final Deque<Runnable> pulses = new ArrayDeque<>();
    private final DeadlineWheel wheel = new DeadlineWheel(() -> now, (_, turn) -> pulses.add(turn));
    private final ChainExecutor executor = new ChainExecutor(wheel, () -> now, new ChainLimits(100, 50));
    private final Cancellation cancellation = new Cancellation();
    private final List<RequestContext> seen = new ArrayList<>();
    private final List<EntryResult<?>> observed = new ArrayList<>();
    private int skipped;
    private final EntryObserver observer = new EntryObserver() {
        @Override
        public void ended(Call call, EntryResult<?> result, long nanos, @Nullable Throwable cause) {
            observed.add(result);
        }

        @Override
        public void skipped(Call call) {
            skipped++;
        }
    };
    private long deadline = now + Duration.ofSeconds(10).toNanos();

    @AfterAll
    static void close() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

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
    void tellsEachPolicyItsOwnSpanOfATraceThatIsKept() {
        TraceParent call = new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", 7, "");
        List<BoundEntry> entries = List.of(
                entry(setHeader("a", "1")),
                entry(setHeader("b", "2")),
                when("false", setHeader("c", "3")),
                entry(setHeader("d", "4")));
        RequestContext untold = context();

        executor.executeRequest(entries, 1, 4, untold.withCall(new Call("r", 1, deadline, cancellation, call)));
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
    void aConditionThatCannotBeEvaluatedIsAFailureOfItsEntry() {
        String condition = "request.headers.a == '1'";

        assertThat(results(when(condition, OnFailure.DENY, setHeader("b", "2")), entry(setHeader("c", "3"))))
                .containsExactly(
                        new EntryResult.Failed<>(
                                new EntryFailure(
                                        ErrorCode.POLICY_ERROR,
                                        "an expression cannot be evaluated: a missing key (test for it with has(), 'in' or [?key]), at character 15")));
        assertThat(results(when(condition, OnFailure.CONTINUE, setHeader("b", "2")), entry(setHeader("c", "3"))))
                .hasSize(2);
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
    void resumesOnTheSameContextWhateverThreadAnswers() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();
        Promise<List<Boolean>> contexts = Promise.promise();

        VERTX.runOnContext(_ -> {
            Context mine = VERTX.getOrCreateContext();
            List<Boolean> same = new ArrayList<>();
            run(entry(_ -> answer.future()), entry(_ -> {
                        same.add(mine.equals(Vertx.currentContext()));
                        return RequestOutcome.unchanged();
                    }))
                    .onComplete(_ -> {
                        same.add(mine.equals(Vertx.currentContext()));
                        contexts.complete(same);
                    });
            VERTX.<Object>executeBlocking(() -> {
                answer.complete(new RequestOutcome.Proceed(List.of(), null));
                return "";
            });
        });

        assertThat(contexts.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .containsExactly(true, true);
    }

    @Test
    void anEntryThatTakesTooLongTimesOutAndItsLateAnswerIsIgnored() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> result =
                    run(entry(OnFailure.CONTINUE, _ -> answer.future()), entry(setHeader("b", "2")));
            pass(1100);
            answer.complete(new RequestOutcome.SkipRemaining(List.of(), "late"));
            return result.result().entries();
        });

        assertThat(codes(entries)).containsExactly(ErrorCode.POLICY_TIMEOUT, null);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryWhoseWorkIsNotDoneInTimeIsOverloadAndDeniesThoughItsFailuresContinue() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> result = run(
                    entry(OnFailure.CONTINUE, context -> {
                        context.call().cancellation().onCancelOfWork(() -> {});
                        return answer.future();
                    }),
                    entry(setHeader("b", "2")));
            pass(1100);
            return result.result().entries();
        });

        assertThat(codes(entries)).containsExactly(ErrorCode.OVERLOADED);
    }

    @Test
    void anEntryWhoseWorkHasEndedTimesOut() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> result = run(
                    entry(OnFailure.CONTINUE, context -> {
                        context.call().cancellation().onCancelOfWork(() -> {}).end();
                        return answer.future();
                    }),
                    entry(setHeader("b", "2")));
            pass(1100);
            return result.result().entries();
        });

        assertThat(codes(entries)).containsExactly(ErrorCode.POLICY_TIMEOUT, null);
    }

    @Test
    void onlyTheEntryWhoseTimeIsUpIsTold() throws Exception {
        List<String> told = new ArrayList<>();
        Promise<RequestOutcome> answer = Promise.promise();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> result = run(
                    entry(context -> {
                        context.call().cancellation().onCancel(() -> told.add("before"));
                        return RequestOutcome.unchanged();
                    }),
                    entry(OnFailure.CONTINUE, context -> {
                        context.call().cancellation().onCancel(() -> {
                            told.add("late");
                            answer.fail("its call-out has ended");
                        });
                        return answer.future();
                    }),
                    entry(context -> {
                        context.call().cancellation().onCancel(() -> told.add("after"));
                        return RequestOutcome.unchanged();
                    }));
            pass(1100);
            return result.result().entries();
        });

        assertThat(codes(entries)).containsExactly(null, ErrorCode.POLICY_TIMEOUT, null);
        assertThat(told).containsExactly("late");
        cancellation.cancel();
        assertThat(told).containsExactly("late", "before", "after");
    }

    @Test
    void entriesThatNeedNotBeToldShareACancellation() {
        run(entry(setHeader("a", "1")), entry(setHeader("b", "2")));

        assertThat(seen.get(1).call().cancellation())
                .isSameAs(seen.get(0).call().cancellation());
    }

    @Test
    void anAnswerInTimeLeavesNoTimer() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        onLoop(() -> {
            run(entry(_ -> answer.future()));
            assertThat(wheel.size()).isOne();
            answer.complete(new RequestOutcome.Proceed(List.of(), null));
            return true;
        });

        assertThat(wheel.size()).isZero();
    }

    @Test
    void theCallsDeadlineEndsTheCall() throws Exception {
        deadline = now + Duration.ofMillis(100).toNanos();

        Future<SegmentResult<RequestOutcome>> result = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running = run(entry(
                    OnFailure.CONTINUE, _ -> Promise.<RequestOutcome>promise().future()));
            pass(120);
            return running;
        });

        assertThat(result.cause())
                .isInstanceOfSatisfying(
                        ChainStoppedException.class,
                        stopped -> assertThat(stopped.reason()).isEqualTo(ChainStoppedException.Reason.DEADLINE));
        assertThat(seen.getFirst().call().cancellation().isCancelled()).isTrue();
        assertThat(cancellation.isCancelled()).isFalse();
    }

    @Test
    void beginsNoEntryAfterTheDeadline() {
        Future<SegmentResult<RequestOutcome>> result = run(
                entry(_ -> {
                    now = deadline;
                    return RequestOutcome.unchanged();
                }),
                entry(setHeader("b", "2")));

        assertThat(result.cause()).isInstanceOf(ChainStoppedException.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void cancellationStopsBeforeTheNextEntry() {
        Future<SegmentResult<RequestOutcome>> result = run(
                entry(_ -> {
                    cancellation.cancel();
                    return RequestOutcome.unchanged();
                }),
                entry(setHeader("b", "2")));

        assertThat(result.cause()).isInstanceOf(ChainStoppedException.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void cancellationEndsAWaitAtOnce() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        Future<SegmentResult<RequestOutcome>> result = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running =
                    run(entry(_ -> answer.future()), entry(setHeader("b", "2")));
            cancellation.cancel();
            answer.complete(new RequestOutcome.Proceed(List.of(), null));
            return running;
        });

        assertThat(result.failed()).isTrue();
        assertThat(seen).hasSize(1);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aPolicyThatFailsBecauseItIsCancelledHasNotFailed() throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        Future<SegmentResult<RequestOutcome>> result = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running = run(entry(context -> {
                context.call().cancellation().onCancel(() -> answer.fail("its call-out has ended"));
                return answer.future();
            }));
            cancellation.cancel();
            return running;
        });

        assertThat(result.cause())
                .isInstanceOfSatisfying(
                        ChainStoppedException.class,
                        stopped -> assertThat(stopped.reason()).isEqualTo(ChainStoppedException.Reason.CANCELLED));
        assertThat(observed).isEmpty();
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
        Function<RequestContext, @Nullable Future<RequestOutcome>> failing = _ -> Future.failedFuture("no");

        assertThat(results(entry(OnFailure.DENY, failing), entry(setHeader("b", "2"))))
                .hasSize(1);
        assertThat(results(entry(OnFailure.SKIP_REMAINING, failing), entry(setHeader("b", "2"))))
                .hasSize(1);
        assertThat(codes(results(entry(OnFailure.CONTINUE, failing), entry(setHeader("b", "2")))))
                .containsExactly(ErrorCode.POLICY_ERROR, null);
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

        assertThat(codes(entries)).containsExactly(ErrorCode.INVALID_INSTRUCTION, null);
        assertThat(seen.get(1).request().headers().get("good")).isNull();
        assertThat(seen.get(1).metadata()).isEqualTo(Metadata.empty());
    }

    @Test
    void bodiesAndMetadataBeyondTheLimitsAreFailures() {
        assertThat(codes(results(entry(_ ->
                        RequestOutcome.proceed(List.of(new SetBody(Buffer.buffer("x".repeat(101)), null)))))))
                .containsExactly(ErrorCode.BODY_TOO_LARGE);
        assertThat(codes(results(entry(_ ->
                        RequestOutcome.respond(ImmediateResponse.json(400, "x".repeat(101), DenialReason.FORBIDDEN))))))
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
    void anIllegalImmediateResponseIsAFailure() {
        assertThat(codes(results(
                        entry(_ -> RequestOutcome.respond(ImmediateResponse.json(99, "{}", DenialReason.FORBIDDEN))))))
                .containsExactly(ErrorCode.INVALID_INSTRUCTION);
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
        Policy illegal = new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                contexts.add(response);
                return ResponseOutcome.proceed(List.of(new SetStatusCode(1000)));
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
                                bound(OnFailure.DENY, teapot), bound(OnFailure.CONTINUE, illegal),
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
                        failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.INVALID_INSTRUCTION));
    }

    private static Function<RequestContext, @Nullable Future<RequestOutcome>> setHeader(String name, String value) {
        return _ -> RequestOutcome.proceed(List.of(new SetHeader(name, value)));
    }

    private BoundEntry entry(Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        return entry(OnFailure.DENY, policy);
    }

    private BoundEntry entry(OnFailure onFailure, Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        return bound(onFailure, new Policy() {
            @Override
            @SuppressWarnings("NullAway") // a policy that breaks its contract
            public Future<RequestOutcome> onRequest(RequestContext request) {
                seen.add(request);
                return policy.apply(request);
            }
        });
    }

    private BoundEntry when(String condition, Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        return when(condition, OnFailure.DENY, policy);
    }

    private BoundEntry when(
            String condition, OnFailure onFailure, Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        BoundEntry entry = entry(onFailure, policy);
        if (!(Expression.condition(condition, Phase.REQUEST) instanceof Compiled.Ok<Boolean>(var compiled))) {
            throw new AssertionError(condition);
        }
        return BoundEntry.builder(entry.name(), entry.policyName(), entry.policy(), entry.timeout())
                .onFailure(onFailure)
                .condition(compiled)
                .observer(entry.observer())
                .build();
    }

    private BoundEntry bound(OnFailure onFailure, Policy policy) {
        return bound(onFailure, OnFailure.DENY, policy);
    }

    private BoundEntry bound(OnFailure onFailure, OnFailure onOverload, Policy policy) {
        return BoundEntry.builder("entry", "policy", policy, Duration.ofSeconds(1))
                .onFailure(onFailure)
                .onOverload(onOverload)
                .observer(observer)
                .build();
    }

    private RequestContext context() {
        RequestView request = new RequestView(
                "GET", "https", "example.com", "/", HeaderMap.empty(), "", java.util.Map.of(), null, false);
        return new RequestContext(request, Metadata.empty(), new Call("r", 1, deadline, cancellation));
    }

    private Future<SegmentResult<RequestOutcome>> run(BoundEntry... entries) {
        return executor.executeRequest(List.of(entries), 0, entries.length, context());
    }

    private List<EntryResult<RequestOutcome>> results(BoundEntry... entries) {
        return run(entries).result().entries();
    }

    private static List<@Nullable ErrorCode> codes(List<EntryResult<RequestOutcome>> entries) {
        List<@Nullable ErrorCode> codes = new ArrayList<>();
        for (EntryResult<RequestOutcome> entry : entries) {
            codes.add(
                    switch (entry) {
                        case EntryResult.Completed<RequestOutcome> _ -> null;
                        case EntryResult.Skipped<RequestOutcome> _ -> null;
                        case EntryResult.Failed<RequestOutcome>(EntryFailure failure) -> failure.code();
                    });
        }
        return codes;
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
