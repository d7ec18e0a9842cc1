package io.policyengine.it.engine;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A policy that does with bodies what its parameter {@code name} says: {@code pass}, {@code append} its value, {@code drop}, {@code
 * hold} all but the first byte, {@code hoard}, {@code end}, {@code deny}, {@code fail} on its value, {@code refuse} the body that
 * holds it, {@code never} answer, {@code later}, {@code offLoop}, {@code none}.
 *
 * @param name of the policy
 */
public record ChunkPolicies(String name, BodyNeed need) implements PolicyFactory<TestPolicies.Params> {
    public static final AtomicInteger OPENED = new AtomicInteger();
    public static final AtomicInteger CLOSED = new AtomicInteger();

    @Override
    public PolicyDescriptor descriptor() {
        return new PolicyDescriptor(
                name,
                "1.0.0",
                "A policy for tests.",
                Set.of(Phase.REQUEST, Phase.RESPONSE),
                need,
                need,
                Set.of(),
                EndAccuracy.NONE);
    }

    @Override
    public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
        return new Policy() {
            @Override
            public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
                return switch (params.name()) {
                    case "none" -> ChunkFilter.none();
                    case "deny" -> new Filter<RequestChunkOutcome>((chunk, _) -> deny(params, chunk));
                    default -> filter(params, environment, request.call());
                };
            }

            @Override
            public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
                return filter(params, environment, response.call());
            }

            @Override
            public void close() {
                TestPolicies.CLOSED.incrementAndGet();
            }
        };
    }

    private static Future<RequestChunkOutcome> deny(TestPolicies.Params params, Buffer chunk) {
        return chunk.toString().contains(params.value())
                ? RequestChunkOutcome.respond(ImmediateResponse.json(413, "{}", DenialReason.FORBIDDEN))
                : Future.succeededFuture(ChunkOutcome.PASS);
    }

    private static ChunkFilter<ChunkOutcome> filter(
            TestPolicies.Params params, PolicyEnvironment environment, Call call) {
        return params.name().equals("wholeness")
                ? new Wholeness()
                : new Filter<>((chunk, last) -> run(params, environment, call, chunk, last));
    }

    /** Replaces the last chunk by what it is told of the body. */
    private static final class Wholeness implements ChunkFilter<ChunkOutcome> {
        private boolean isBrokenOff;

        Wholeness() {
            OPENED.incrementAndGet();
        }

        @Override
        public void brokenOff() {
            isBrokenOff = true;
        }

        @Override
        public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
            return now(
                    last
                            ? new ChunkOutcome.Replace(Buffer.buffer(isBrokenOff ? "broken off" : "whole"))
                            : ChunkOutcome.PASS);
        }

        @Override
        public void close() {
            CLOSED.incrementAndGet();
        }
    }

    private static Future<ChunkOutcome> run(
            TestPolicies.Params params, PolicyEnvironment environment, Call call, Buffer chunk, boolean last) {
        return switch (params.name()) {
            case "append" -> now(append(chunk, params.value()));
            case "upper" ->
                now(new ChunkOutcome.Replace(Buffer.buffer(chunk.toString().toUpperCase(Locale.ROOT))));
            case "drop" -> now(ChunkOutcome.DROP);
            case "hold" ->
                now(
                        last
                                ? ChunkOutcome.PASS
                                : new ChunkOutcome.Hold(chunk.getBuffer(0, 1), chunk.getBuffer(1, chunk.length())));
            case "hoard" -> now(new ChunkOutcome.Hold(Buffer.buffer(), chunk));
            case "end" -> now(new ChunkOutcome.End(Buffer.buffer(params.value())));
            case "fail" -> {
                if (chunk.toString().contains(params.value())) {
                    throw new IllegalStateException("secret");
                }
                yield now(ChunkOutcome.PASS);
            }
            case "cutOff" ->
                chunk.toString().contains(params.value())
                        ? Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "secret"))
                        : now(ChunkOutcome.PASS);
            case "refuse" ->
                chunk.toString().contains(params.value())
                        ? Future.failedFuture(new PolicyException(ErrorCode.RESPONSE_REFUSED, "it is not allowed"))
                        : now(ChunkOutcome.PASS);
            case "never" -> Promise.<ChunkOutcome>promise().future();
            case "later" -> environment.after(Duration.ofMillis(2)).map(_ -> append(chunk, params.value()));
            case "offLoop" ->
                environment.offLoop(call, new Work(Lane.SHORT, 1_000), _ -> append(chunk, params.value()));
            default -> now(ChunkOutcome.PASS);
        };
    }

    private static Future<ChunkOutcome> now(ChunkOutcome outcome) {
        return Future.succeededFuture(outcome);
    }

    private static ChunkOutcome append(Buffer chunk, String text) {
        return new ChunkOutcome.Replace(Buffer.buffer().appendBuffer(chunk).appendString(text));
    }

    /** What it does with a chunk. */
    private interface Chunks<O> {
        Future<O> onChunk(Buffer chunk, boolean last);
    }

    /** Counts what is opened and closed. */
    private static final class Filter<O extends RequestChunkOutcome> implements ChunkFilter<O> {
        private final Chunks<O> chunks;

        Filter(Chunks<O> chunks) {
            this.chunks = chunks;
            OPENED.incrementAndGet();
        }

        @Override
        public Future<O> onChunk(Buffer chunk, boolean last) {
            return chunks.onChunk(chunk, last);
        }

        @Override
        public void close() {
            CLOSED.incrementAndGet();
        }
    }
}
