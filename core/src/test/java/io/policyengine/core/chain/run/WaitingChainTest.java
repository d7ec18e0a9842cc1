package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The end of a wait for a policy: its answer, its time limit, the call's deadline or a cancellation. */
class WaitingChainTest extends ChainFixture {
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
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
