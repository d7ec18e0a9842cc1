package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ValidatedToken;
import io.policyengine.core.time.DeadlineWheel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries in the shadow: they run, count, and change nothing. */
class ShadowRunTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final int MAX_BODY = 20;
    private static final RequestOutcome UNCHANGED = new RequestOutcome.Proceed(List.of(), null);
    private static final RequestOutcome CHANGING =
            new RequestOutcome.Proceed(List.of(new SetHeader("x-shadow", "1")), null);
    private static final ImmediateResponse DENIAL = ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN);

    private final Context loop = VERTX.getOrCreateContext();
    private long now = 1_000_000_000L;
    private final Deque<Runnable> pulses = new ArrayDeque<>();
    private final DeadlineWheel wheel = new DeadlineWheel(() -> now, (_, turn) -> pulses.add(turn));
    private final ChainExecutor executor = new ChainExecutor(wheel, () -> now, new ChainLimits(MAX_BODY, 50));
    private final Cancellation cancellation = new Cancellation();
    private final Observer observer = new Observer();

    /** Notes what is counted, and whether each run ends. */
    private static final class Observer implements ShadowObserver {
        final List<ShadowOutcome> outcomes = new ArrayList<>();
        final List<EntryFailure> failures = new ArrayList<>();
        final List<ShadowDenial> denials = new ArrayList<>();
        boolean inUse = true;
        int running;

        @Override
        public boolean begins() {
            running += inUse ? 1 : 0;
            return inUse;
        }

        @Override
        public void counts(Call call, ShadowOutcome outcome, @Nullable EntryFailure failure) {
            outcomes.add(outcome);
            if (failure != null) {
                failures.add(failure);
            }
        }

        @Override
        public void denies(Call call, ShadowDenial denial) {
            denials.add(denial);
        }

        @Override
        public void ends() {
            running--;
        }
    }

    @AfterAll
    static void close() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    static Stream<Arguments> decisions() {
        return Stream.of(
                Arguments.of(RequestOutcome.unchanged(), ShadowOutcome.PASS),
                Arguments.of(Future.succeededFuture(CHANGING), ShadowOutcome.CHANGE),
                Arguments.of(
                        Future.succeededFuture(
                                new RequestOutcome.Proceed(List.of(), null, new ValidatedToken("secret"))),
                        ShadowOutcome.PASS),
                Arguments.of(
                        Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), null)), ShadowOutcome.SKIP),
                Arguments.of(RequestOutcome.respond(DENIAL), ShadowOutcome.DENY),
                Arguments.of(Future.failedFuture(new IllegalStateException("secret")), ShadowOutcome.ERROR),
                Arguments.of(
                        RequestOutcome.proceed(List.of(new SetHeader("content-length", "1"))), ShadowOutcome.ERROR));
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void countsWhatThePolicyDecidesAndAppliesNothing(Future<RequestOutcome> decision, ShadowOutcome expected) {
        StreamingPolicy policy = deciding(decision);
        StreamingPolicy next = StreamingPolicy.passing();

        OpenChain<RequestOutcome> chain = open(shadow(policy), next.entry());

        assertThat(chain.result().entries())
                .containsExactly(new EntryResult.Completed<>(UNCHANGED), new EntryResult.Completed<>(UNCHANGED));
        assertThat(next.opened.getFirst().request().headers().get("x-shadow")).isNull();
        Objects.requireNonNull(chain.chunks()).close();
        assertThat(observer.outcomes).containsExactly(expected);
        assertThat(observer.denials).hasSize(expected == ShadowOutcome.DENY ? 1 : 0);
        assertThat(observer.running).isZero();
        assertThat(policy.ended).isEmpty();
    }

    @Test
    void isNotWaitedForAndOutlivesItsCall() throws Exception {
        Promise<RequestOutcome> late = Promise.promise();

        List<Object> before = onLoop(() -> {
            SegmentResult<RequestOutcome> result = run(shadow(deciding(late.future())));
            cancellation.cancel();
            List<Object> seen = List.of(result.entries().size(), observer.outcomes.size());
            late.complete(CHANGING);
            return seen;
        });

        assertThat(before).containsExactly(1, 0);
        assertThat(onLoop(() -> observer.outcomes)).containsExactly(ShadowOutcome.CHANGE);
    }

    @Test
    void itsTimeIsItsOwn() throws Exception {
        StreamingPolicy policy = deciding(Promise.<RequestOutcome>promise().future());
        onLoop(() -> {
            run(shadow(policy));
            pass(1100);
            return true;
        });

        assertThat(onLoop(() -> observer.outcomes)).containsExactly(ShadowOutcome.TIMEOUT);
        assertThat(policy.asked.getFirst().call().cancellation().isCancelled()).isTrue();
        assertThat(cancellation.isCancelled()).isFalse();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void itsConditionHolds() {
        run(shadow(deciding(Future.succeededFuture(CHANGING)), "false"));
        assertThat(observer.outcomes).isEmpty();

        SegmentResult<RequestOutcome> failing = run(
                shadow(deciding(RequestOutcome.unchanged()), "metadata.none == 1"),
                deciding(RequestOutcome.unchanged()).entry());

        assertThat(failing.entries()).hasSize(2);
        assertThat(observer.outcomes).containsExactly(ShadowOutcome.ERROR);
        assertThat(observer.failures).extracting(EntryFailure::code).containsExactly(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void doesNotRunInAChainThatIsNoLongerInUse() {
        observer.inUse = false;
        StreamingPolicy policy = StreamingPolicy.passing();

        open(shadow(policy));

        assertThat(policy.opened).isEmpty();
        assertThat(observer.outcomes).isEmpty();
    }

    @Test
    void isLeftOutWhereAThousandAreUnderWay() throws Exception {
        BoundEntry never = shadow(deciding(Promise.<RequestOutcome>promise().future()));

        onLoop(() -> {
            for (int i = 0; i < 1001; i++) {
                run(never);
            }
            return true;
        });

        assertThat(observer.outcomes).containsExactly(ShadowOutcome.OVERLOAD);
        assertThat(observer.running).isEqualTo(1000);
    }

    @Test
    void seesTheBodyAtItsPlaceAndChangesNothingOfIt() {
        StreamingPolicy before = StreamingPolicy.appending("1");
        StreamingPolicy policy = StreamingPolicy.appending("shadow");
        StreamingPolicy after = StreamingPolicy.passing();
        ChunkRun body = Objects.requireNonNull(
                open(before.entry(), shadow(policy), after.entry()).chunks());

        ChunkResult first = feed(body, "a", false);
        ChunkResult last = feed(body, "b", true);

        assertThat(String.valueOf(first.data()) + last.data()).isEqualTo("a1b1.");
        assertThat(policy.given).containsExactly("a1", "b1.|");
        assertThat(after.given).containsExactly("a1", "b1.|");
        assertThat(observer.outcomes).containsExactly(ShadowOutcome.CHANGE);
        assertThat(policy.closed).isOne();
    }

    @Test
    void aDenialOfAChunkIsCountedAndDeniesNothing() {
        StreamingPolicy policy = StreamingPolicy.answering(new RequestChunkOutcome.Respond(DENIAL));
        ChunkRun body = Objects.requireNonNull(open(shadow(policy)).chunks());

        ChunkResult first = feed(body, "a", false);
        ChunkResult last = feed(body, "b", true);

        assertThat(List.of(first, last))
                .allSatisfy(result -> assertThat(result.denial()).isNull());
        assertThat(policy.given).containsExactly("a");
        assertThat(observer.outcomes).containsExactly(ShadowOutcome.DENY);
    }

    @Test
    void aSlowOneHoldsUpNoChunkAndSeesThemInOrder() throws Exception {
        Promise<RequestOutcome> decision = Promise.promise();
        StreamingPolicy policy = StreamingPolicy.passing();
        policy.decision = decision.future();

        onLoop(() -> {
            ChunkRun body = Objects.requireNonNull(open(shadow(policy)).chunks());
            assertThat(feed(body, "a", false).data()).isNull();
            assertThat(feed(body, "b", true).last()).isTrue();
            assertThat(policy.given).isEmpty();
            decision.complete(UNCHANGED);
            return true;
        });

        assertThat(onLoop(() -> policy.given)).containsExactly("a", "b|");
        assertThat(onLoop(() -> observer.outcomes)).containsExactly(ShadowOutcome.PASS);
    }

    @Test
    void oneThatIsSlowerThanTheBodyIsNotShownTheRest() throws Exception {
        StreamingPolicy policy = new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());

        onLoop(() -> {
            ChunkRun body = Objects.requireNonNull(open(shadow(policy)).chunks());
            feed(body, "a", false);
            feed(body, "b".repeat(MAX_BODY), false);
            assertThat(observer.outcomes).isEmpty();
            return feed(body, "c", false);
        });

        assertThat(observer.outcomes).containsExactly(ShadowOutcome.OVERLOAD);
        assertThat(observer.running).isZero();
        assertThat(policy.closed).isOne();
    }

    @Test
    void allTogetherKeepNoMoreOfBodiesThanTheirPartOfTheHeap() throws Exception {
        List<Promise<RequestChunkOutcome>> atWork = new ArrayList<>();
        BoundEntry slow = shadow(new StreamingPolicy((_, _) -> {
            Promise<RequestChunkOutcome> answer = Promise.promise();
            atWork.add(answer);
            return answer.future();
        }));
        String chunk = "x".repeat(1 << 20);
        long bodies = MemoryPlan.HERE.maxShadowBytes() >> 20;

        onLoop(() -> {
            for (long i = 0; i <= bodies; i++) {
                feed(Objects.requireNonNull(open(slow).chunks()), chunk, false);
            }
            return true;
        });
        assertThat(observer.outcomes).containsExactly(ShadowOutcome.OVERLOAD);

        onLoop(() -> {
            List.copyOf(atWork).forEach(answer -> answer.complete(ChunkOutcome.PASS));
            return true;
        });
        onLoop(() -> feed(Objects.requireNonNull(open(slow).chunks()), chunk, false));
        assertThat(observer.outcomes).containsExactly(ShadowOutcome.OVERLOAD);
    }

    @Test
    void oneThatHasNotDecidedWhenTooMuchWaitsIsCancelled() throws Exception {
        Promise<RequestOutcome> decision = Promise.promise();
        StreamingPolicy policy = deciding(decision.future());

        onLoop(() -> {
            ChunkRun body = Objects.requireNonNull(open(shadow(policy)).chunks());
            feed(body, "a", false);
            feed(body, "b".repeat(MAX_BODY), false);
            decision.complete(UNCHANGED);
            return true;
        });

        assertThat(onLoop(() -> observer.outcomes)).containsExactly(ShadowOutcome.OVERLOAD);
        assertThat(policy.asked.getFirst().call().cancellation().isCancelled()).isTrue();
        assertThat(policy.opened).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aRefusalOfTheRestOfABodyIsCountedAsADenial() {
        StreamingPolicy policy = new StreamingPolicy(
                (_, _) -> Future.failedFuture(new PolicyException(ErrorCode.RESPONSE_REFUSED, "not allowed")));
        ChunkRun body = Objects.requireNonNull(open(shadow(policy)).chunks());

        ChunkResult first = feed(body, "a", false);

        assertThat(first.failures()).isEmpty();
        assertThat(observer.outcomes).containsExactly(ShadowOutcome.DENY);
        assertThat(observer.failures).isEmpty();
    }

    @Test
    void aBodyThatIsCutShortEndsItWithWhatIsKnown() {
        StreamingPolicy policy = StreamingPolicy.answering(ChunkOutcome.DROP);
        ChunkRun body = Objects.requireNonNull(open(shadow(policy)).chunks());
        feed(body, "a", false);

        cancellation.cancel();

        assertThat(observer.outcomes).containsExactly(ShadowOutcome.CHANGE);
        assertThat(policy.closed).isOne();
    }

    private static StreamingPolicy deciding(Future<RequestOutcome> decision) {
        StreamingPolicy policy = StreamingPolicy.passing();
        policy.decision = decision;
        return policy;
    }

    private BoundEntry shadow(StreamingPolicy policy) {
        return shadow(policy, "true");
    }

    private BoundEntry shadow(StreamingPolicy policy, String condition) {
        if (!(Expression.condition(condition, Phase.REQUEST) instanceof Compiled.Ok<Boolean>(var compiled))) {
            throw new AssertionError(condition);
        }
        return BoundEntry.builder("shadow", "policy", policy, Duration.ofSeconds(1))
                .body(BodyNeed.BUFFERED_OR_STREAMING, false)
                .condition(compiled)
                .observer(policy)
                .shadow(observer)
                .build();
    }

    private SegmentResult<RequestOutcome> run(BoundEntry... entries) {
        return executor.executeRequest(List.of(entries), 0, entries.length, context())
                .result();
    }

    private OpenChain<RequestOutcome> open(BoundEntry... entries) {
        return executor.openRequest(List.of(entries), 0, entries.length, context())
                .result();
    }

    private ChunkResult feed(ChunkRun body, String data, boolean last) {
        return body.run(new TimedChunk(
                        Buffer.buffer(data), last, now + Duration.ofSeconds(5).toNanos()))
                .result();
    }

    private RequestContext context() {
        RequestView request =
                new RequestView("GET", "https", "example.com", "/", HeaderMap.empty(), "", Map.of(), null, false);
        long deadline = now + Duration.ofSeconds(10).toNanos();
        return new RequestContext(request, Metadata.empty(), new Call("r", 1, deadline, cancellation));
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

    private <T> T onLoop(Supplier<T> work) throws Exception {
        Promise<T> result = Promise.promise();
        loop.runOnContext(_ -> {
            try {
                result.complete(work.get());
            } catch (Throwable thrown) {
                result.fail(thrown);
            }
        });
        return result.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
