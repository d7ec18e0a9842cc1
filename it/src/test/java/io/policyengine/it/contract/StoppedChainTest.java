package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The testkit's worker and a real one give the same failure for a chain that was stopped. */
@ParameterizedClass
@EnumSource
class StoppedChainTest {
    /** The time of a call, which passes while its policy is called only on a machine that stands still. */
    private static final Duration TIME = Duration.ofMillis(250);

    private static final List<PolicyFactory<?>> POLICIES = List.of(
            new Pending("waiting", BodyNeed.NONE, false),
            new Pending("working", BodyNeed.NONE, true),
            new Pending("waitingOnChunks", BodyNeed.STREAMING, false),
            new Pending("workingOnChunks", BodyNeed.STREAMING, true));

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Cancellation cancellation = new Cancellation();
    private final WorkerConnector worker;
    private final WorkerLink link;

    enum Kit {
        SCRIPTED,
        REAL
    }

    StoppedChainTest(Kit kit, @TempDir Path directory) {
        worker = switch (kit) {
            case SCRIPTED -> scripted();
            case REAL ->
                new EmbeddedWorker(new LocalWorker(
                        vertx,
                        WorkerOptions.defaults("tests", "0.0.1", directory),
                        PolicyRegistry.of(POLICIES),
                        new SimpleMeterRegistry()));
        };
        link = Await.result(onLoop(() -> Future.succeededFuture(worker.link())));
    }

    private ScriptedWorker scripted() {
        ScriptedWorker scripted = new ScriptedWorker(vertx, "tests");
        POLICIES.forEach(policy -> {
            Pending pending = (Pending) policy;
            scripted.with(pending.name(), pending.need(), pending.policy());
        });
        return scripted;
    }

    @BeforeEach
    void prepare() {
        Await.result(onLoop(() -> worker.connect(() -> {})
                .compose(control -> control.prepare(
                        1,
                        List.of(
                                chain(1, entry("waiting", "{}")),
                                chain(2, entry("working", "{}")),
                                chain(3, entry("waitingOnChunks", "{}")),
                                chain(4, entry("workingOnChunks", "{}")))))));
    }

    @AfterEach
    void stop() {
        Await.result(onLoop(worker::close));
        Await.result(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({"1, POLICY_TIMEOUT", "2, OVERLOADED"})
    void aChainThatIsLateBecauseOfWorkIsOverload(long chain, ErrorCode code) {
        SegmentResult<RequestOutcome> result = Await.result(onLoop(() -> link.execute(call(chain, TIME))));

        assertThat(result.entries())
                .singleElement()
                .isInstanceOfSatisfying(
                        EntryResult.Failed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({"3, POLICY_TIMEOUT", "4, OVERLOADED"})
    void aChunkThatIsLateBecauseOfWorkIsOverload(long chain, ErrorCode code) {
        ChunkStream body = Await.result(onLoop(() ->
                link.open(call(chain, Duration.ofMinutes(1))).map(open -> Objects.requireNonNull(open.chunks()))));

        ChunkResult result = Await.result(onLoop(
                () -> body.send(new TimedChunk(Buffer.buffer("a"), false, Ticker.SYSTEM.nanoTime() + TIME.toNanos()))));

        assertThat(result.failures())
                .singleElement()
                .satisfies(failed -> assertThat(failed.failure().code()).isEqualTo(code));
        assertThat(result.last()).isTrue();
    }

    @Test
    void aChainThatIsCancelledIsNoOverloadThoughItWorks() {
        Supplier<Future<?>> cancelled = () -> {
            Future<?> result = link.execute(call(2, Duration.ofMinutes(1)));
            cancellation.cancel();
            return result;
        };

        assertThat(kindOf(cancelled)).isEqualTo(Kind.TIMEOUT);
    }

    private RequestCall call(long chain, Duration time) {
        Call call = new Call("req-1", 7, Ticker.SYSTEM.nanoTime() + time.toNanos(), cancellation);
        return new RequestCall(call, chain, 0, 1, request(), Metadata.empty());
    }

    private Kind kindOf(Supplier<? extends Future<?>> call) {
        return Await.result(onLoop(() -> call.get()
                .transform(ended -> ended.cause() instanceof WorkerException failure
                        ? Future.succeededFuture(failure.kind())
                        : Future.failedFuture(new AssertionError("no failure of a worker", ended.cause())))));
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(_ -> action.get().onComplete(promise));
        return promise.future();
    }

    /**
     * Makes a policy that never answers.
     *
     * @param works true if the policy waits for work off the event loop
     */
    private record Pending(String name, BodyNeed need, boolean works) implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    name,
                    "1.0.0",
                    "Never answers.",
                    Set.of(Phase.REQUEST),
                    need,
                    BodyNeed.NONE,
                    Set.of(),
                    EndAccuracy.NONE);
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            return policy();
        }

        Policy policy() {
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    return need == BodyNeed.NONE ? pending(context.call()) : RequestOutcome.unchanged();
                }

                @Override
                public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext context) {
                    return (ChunkFilter<ChunkOutcome>) (_, _) -> pending(context.call());
                }
            };
        }

        private <T> Future<T> pending(Call call) {
            if (works) {
                call.cancellation().onCancelOfWork(() -> {});
            }
            return Promise.<T>promise().future();
        }
    }
}
