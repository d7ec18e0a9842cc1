package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** An executor with a clock that a test moves, and entries that record what they see. */
abstract class ChainFixture {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Vert.x for all tests, which never ends. */
    static final Vertx VERTX = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));

    long now = 1_000_000_000L;
    final Deque<Runnable> pulses = new ArrayDeque<>();
    final DeadlineWheel wheel = new DeadlineWheel(() -> now, (_, turn) -> pulses.add(turn));
    final ChainExecutor executor;
    final Cancellation cancellation = new Cancellation();
    final List<RequestContext> seen = new ArrayList<>();
    final List<EntryResult<?>> observed = new ArrayList<>();
    int skipped;
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
    long deadline = now + Duration.ofSeconds(10).toNanos();

    /** Whether the calls have less than their promised time. */
    boolean isCutShort;

    ChainFixture() {
        this(100);
    }

    ChainFixture(int maxBody) {
        executor = new ChainExecutor(wheel, () -> now, new ChainLimits(maxBody, 50));
    }

    static Function<RequestContext, @Nullable Future<RequestOutcome>> setHeader(String name, String value) {
        return _ -> RequestOutcome.proceed(List.of(new SetHeader(name, value)));
    }

    BoundEntry entry(Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        return entry(OnFailure.DENY, policy);
    }

    BoundEntry entry(OnFailure onFailure, Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        return bound(onFailure, new Policy() {
            @Override
            @SuppressWarnings("NullAway") // a policy that breaks its contract
            public Future<RequestOutcome> onRequest(RequestContext request) {
                seen.add(request);
                return policy.apply(request);
            }
        });
    }

    BoundEntry when(String condition, Function<RequestContext, @Nullable Future<RequestOutcome>> policy) {
        return when(condition, OnFailure.DENY, policy);
    }

    BoundEntry when(
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

    BoundEntry bound(OnFailure onFailure, Policy policy) {
        return bound(onFailure, OnFailure.DENY, policy);
    }

    BoundEntry bound(OnFailure onFailure, OnFailure onOverload, Policy policy) {
        return BoundEntry.builder("entry", "policy", policy, Duration.ofSeconds(1))
                .onFailure(onFailure)
                .onOverload(onOverload)
                .observer(observer)
                .build();
    }

    RequestContext context() {
        RequestView request = new RequestView(
                "GET", "https", "example.com", "/", HeaderMap.empty(), "", java.util.Map.of(), null, false);
        return new RequestContext(
                request, Metadata.empty(), new Call("r", 1, deadline, cancellation, isCutShort, null));
    }

    Future<SegmentResult<RequestOutcome>> run(BoundEntry... entries) {
        return executor.executeRequest(List.of(entries), 0, entries.length, context());
    }

    List<EntryResult<RequestOutcome>> results(BoundEntry... entries) {
        return run(entries).result().entries();
    }

    static List<@Nullable ErrorCode> codes(List<EntryResult<RequestOutcome>> entries) {
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

    /** Lets time pass, with the ticks of the wheel. */
    void pass(int millis) {
        for (int passed = 0; passed < millis; passed += 5) {
            now += Duration.ofMillis(5).toNanos();
            Runnable pulse = pulses.poll();
            if (pulse != null) {
                pulse.run();
            }
        }
    }

    static <T> T onLoop(Supplier<T> work) throws Exception {
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
