package io.policyengine.policies.content.contentmoderationguardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.chain.run.ChainExecutor;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A sender chooses the number of calls for a message; a healthy server must not count as failed for it. */
final class LongMessageTest {
    private static final int WINDOW = 256;
    private static final int FRESH = WINDOW - 64;
    private static final Duration ANSWER = Duration.ofMillis(70);

    /** The time for which the reading of a large body waits for a thread. */
    private Duration read = Duration.ZERO;

    private final Vertx vertx = Vertx.vertx();
    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget hook = environment.useTarget("hook");
    private final Deque<Runnable> pulses = new ArrayDeque<>();
    private final DeadlineWheel wheel = new DeadlineWheel(environment.ticker(), (_, turn) -> pulses.add(turn));
    private final ChainExecutor executor =
            new ChainExecutor(wheel, environment.ticker(), new ChainLimits(1 << 20, 1 << 20));

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void aMessageWhoseLastWindowHasNoTimeDoesNotPassAsIfTheServerHadFailed() {
        GuardedStreamTest.judges(hook).after(ANSWER);

        EntryResult<RequestOutcome> result = run("pass", 250, Duration.ofSeconds(1), Duration.ofMillis(500));

        assertThat(status(result)).isEqualTo(503);
        assertThat(hook.requests()).hasSize(8);
    }

    @Test
    void theEndOfTheEntrysTimeDoesNotCountAsAFailureOfTheServerEither() {
        GuardedStreamTest.judges(hook).after(ANSWER);

        EntryResult<RequestOutcome> result = run("deny", 250, Duration.ofMillis(495), Duration.ofSeconds(5));

        assertThat(result)
                .isInstanceOfSatisfying(
                        EntryResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    @Test
    void aServerThatHangsForTheWholeTimeOfACallHasFailedForTheNextCallToo() {
        hook.hang();

        EntryResult<RequestOutcome> result = run("pass", 40, Duration.ofSeconds(1), Duration.ofMillis(600));

        assertThat(result)
                .isInstanceOfSatisfying(
                        EntryResult.Completed.class,
                        passed -> assertThat(passed.outcome()).isInstanceOf(RequestOutcome.Proceed.class));
        assertThat(hook.requests()).hasSize(2);
    }

    @Test
    void aServerThatHangsForTheWholeTimeOfTheEntryHasFailed() {
        hook.hang();

        EntryResult<RequestOutcome> result = run("deny", 1, Duration.ofMillis(300), Duration.ofSeconds(5));

        assertThat(result)
                .isInstanceOfSatisfying(
                        EntryResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.POLICY_TIMEOUT));
    }

    @Test
    void aServerThatIsAskedAfterALongReadingHasNotFailed() {
        hook.hang();
        environment.holdBlocking();
        read = Duration.ofMillis(300);

        EntryResult<RequestOutcome> result = run("pass", 400, Duration.ofSeconds(1), Duration.ofMillis(500));

        assertThat(environment.declared()).isNotEmpty();
        assertThat(status(result)).isEqualTo(503);
        assertThat(hook.requests()).hasSize(1);
    }

    private static int status(EntryResult<RequestOutcome> result) {
        return result instanceof EntryResult.Completed<RequestOutcome>(RequestOutcome.Respond(var response, var _))
                ? response.status()
                : 0;
    }

    private EntryResult<RequestOutcome> run(String onError, int windows, Duration limit, Duration whole) {
        String params = "{ checks: [ { type: webhook, target: hook, on_error: " + onError + " } ], window_bytes: "
                + WINDOW + ", overlap_bytes: " + (WINDOW - FRESH) + ", max_callout_windows: 1000 }";
        BoundEntry entry = BoundEntry.builder("guard", "contentModerationGuardrail", policy(params), limit)
                .onFailure(OnFailure.CONTINUE)
                .build();
        Buffer body = Buffer.buffer("good ".repeat(windows * FRESH / 5 - 1) + "bad");
        Promise<EntryResult<RequestOutcome>> ended = Promise.promise();
        vertx.runOnContext(_ -> {
            long deadline = environment.ticker().nanoTime() + whole.toNanos();
            Future<SegmentResult<RequestOutcome>> running = executor.executeRequest(
                    List.of(entry),
                    0,
                    1,
                    new RequestContext(
                            TestMessages.get("/", "content-type", "text/plain").withBody(body),
                            Metadata.empty(),
                            new Call("id", 1, deadline, new Cancellation())));
            for (long passed = 0; passed <= whole.toMillis() && !running.isComplete(); passed += 5) {
                environment.advance(Duration.ofMillis(5));
                if (passed == read.toMillis()) {
                    environment.runHeld();
                }
                Runnable pulse = pulses.poll();
                if (pulse != null) {
                    pulse.run();
                }
            }
            ended.complete(running.result().entries().getFirst());
        });
        return Await.result(ended.future());
    }

    private Policy policy(String params) {
        ContentModerationGuardrailFactory factory = new ContentModerationGuardrailFactory();
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(new YAMLMapper().readTree(params))) {
            case BoundParams.Ok<ContentModerationGuardrailParams>(var bound) -> factory.create(bound, environment);
            case BoundParams.Invalid<ContentModerationGuardrailParams>(var problems) ->
                throw new AssertionError(problems.toString());
        };
    }
}
