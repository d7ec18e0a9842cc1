package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of a wait for a policy: its answer, its time limit, the call's deadline or a cancellation. */
class WaitingChainTest extends ChainFixture {
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

    /** The entry has a second, and its server is promised three quarters of that. */
    @ParameterizedTest
    @CsvSource({"240, POLICY_TIMEOUT", "260, DEADLINE_EXCEEDED", "995, DEADLINE_EXCEEDED"})
    void aServerThatIsAskedAfterWorkIsTheCauseOnlyIfItHadItsTime(int worked, ErrorCode expected) throws Exception {
        Promise<RequestOutcome> answer = Promise.promise();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Cancellation[] own = new Cancellation[1];
            Future<SegmentResult<RequestOutcome>> result = run(entry(OnFailure.CONTINUE, context -> {
                own[0] = context.call().cancellation();
                return answer.future();
            }));
            Cancellation.Listening work = own[0].onCancelOfWork(() -> {});
            pass(worked);
            work.end();
            boolean isCutShort = Objects.requireNonNull(own[0].time())
                    .cutsShort("server", Duration.ofSeconds(5).toNanos());
            own[0].onCancelOfDependency(isCutShort, () -> {});
            pass(1100 - worked);
            return result.result().entries();
        });

        assertThat(codes(entries)).containsExactly(expected);
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
    void anEntryThatTakesAllTheTimeOfTheCallTimesOut() throws Exception {
        deadline = now + Duration.ofMillis(100).toNanos();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running = run(entry(OnFailure.CONTINUE, WaitingChainTest::never));
            pass(120);
            return running.result().entries();
        });

        assertThat(codes(entries)).containsExactly(ErrorCode.POLICY_TIMEOUT);
        assertThat(seen.getFirst().call().cancellation().isCancelled()).isTrue();
        assertThat(cancellation.isCancelled()).isFalse();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryThatBeginsAfterTheDeadlineIsNotPassedOver() {
        List<EntryResult<RequestOutcome>> entries = results(
                entry(_ -> {
                    now = deadline;
                    return RequestOutcome.unchanged();
                }),
                entry(OnFailure.CONTINUE, setHeader("b", "2")),
                entry(OnFailure.CONTINUE, setHeader("c", "3")));

        assertThat(codes(entries)).containsExactly(null, ErrorCode.DEADLINE_EXCEEDED);
        assertThat(seen).hasSize(1);
    }

    /** The call lasts 100 ms. An entry whose own limit is longer is promised three quarters of that. */
    @ParameterizedTest
    @CsvSource({
        "CONTINUE,       1000, 26, DEADLINE_EXCEEDED",
        "SKIP_REMAINING, 1000, 26, DEADLINE_EXCEEDED",
        "DENY,           1000, 26, DEADLINE_EXCEEDED",
        "CONTINUE,       1000, 25, POLICY_TIMEOUT",
        "SKIP_REMAINING, 1000, 25, POLICY_TIMEOUT",
        "CONTINUE,       80,   30, DEADLINE_EXCEEDED",
        "SKIP_REMAINING, 80,   30, DEADLINE_EXCEEDED",
        "CONTINUE,       80,   20, POLICY_TIMEOUT",
        "CONTINUE,       30,   60, POLICY_TIMEOUT",
        "CONTINUE,       30,   75, DEADLINE_EXCEEDED"
    })
    void anEntryTimesOutOnlyIfEntriesBeforeItLeftItsTime(
            OnFailure onFailure, int limit, int takenBefore, ErrorCode expected) throws Exception {
        deadline = now + Duration.ofMillis(100).toNanos();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running =
                    run(entry(takes(takenBefore)), limited(limit, onFailure, OnFailure.DENY, WaitingChainTest::never));
            pass(120);
            return running.result().entries();
        });

        assertThat(codes(entries)).containsExactly(null, expected);
    }

    @Test
    void anEntryAfterOneThatTookAllTheTimeIsNotPassedOver() throws Exception {
        deadline = now + Duration.ofMillis(100).toNanos();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running = run(
                    entry(OnFailure.CONTINUE, WaitingChainTest::never),
                    entry(OnFailure.SKIP_REMAINING, setHeader("b", "2")));
            pass(120);
            return running.result().entries();
        });

        assertThat(codes(entries)).containsExactly(ErrorCode.POLICY_TIMEOUT, ErrorCode.DEADLINE_EXCEEDED);
        assertThat(seen).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "60, CONTINUE, DEADLINE_EXCEEDED", "60, SKIP_REMAINING, DEADLINE_EXCEEDED",
        "60, DENY,     DEPENDENCY_UNAVAILABLE", "25, CONTINUE, DEPENDENCY_UNAVAILABLE"
    })
    void aDependencyCountsOnlyIfEntriesBeforeItLeftItsTime(int takenBefore, OnFailure onFailure, ErrorCode expected) {
        deadline = now + Duration.ofMillis(100).toNanos();

        List<EntryResult<RequestOutcome>> entries = results(
                entry(takes(takenBefore)),
                entry(
                        onFailure,
                        _ -> Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no answer"))));

        assertThat(codes(entries)).containsExactly(null, expected);
    }

    @ParameterizedTest
    @CsvSource({"60, DEADLINE_EXCEEDED", "25, OVERLOADED"})
    void lateWorkIsOverloadOnlyIfEntriesBeforeItLeftItsTime(int takenBefore, ErrorCode expected) throws Exception {
        deadline = now + Duration.ofMillis(100).toNanos();

        List<EntryResult<RequestOutcome>> entries = onLoop(() -> {
            Future<SegmentResult<RequestOutcome>> running =
                    run(entry(takes(takenBefore)), limited(1000, OnFailure.DENY, OnFailure.CONTINUE, context -> {
                        context.call().cancellation().onCancelOfWork(() -> {});
                        return Promise.<RequestOutcome>promise().future();
                    }));
            pass(120);
            return running.result().entries();
        });

        assertThat(codes(entries)).containsExactly(null, expected);
    }

    private Function<RequestContext, @Nullable Future<RequestOutcome>> takes(int millis) {
        return _ -> {
            now += Duration.ofMillis(millis).toNanos();
            return RequestOutcome.unchanged();
        };
    }

    @SuppressWarnings("unused") // the signature of a policy
    private static Future<RequestOutcome> never(RequestContext context) {
        return Promise.<RequestOutcome>promise().future();
    }

    private BoundEntry limited(
            int millis,
            OnFailure onFailure,
            OnFailure onOverload,
            Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        BoundEntry entry = entry(onFailure, policy);
        return BoundEntry.builder(entry.name(), entry.policyName(), entry.policy(), Duration.ofMillis(millis))
                .onFailure(onFailure)
                .onOverload(onOverload)
                .build();
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

        assertThat(result.cause()).isInstanceOf(ChainStoppedException.class);
        assertThat(observed).isEmpty();
    }
}
