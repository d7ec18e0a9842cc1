package io.policyengine.testkit.policy;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.params.Default;
import io.policyengine.core.policy.BodyNeed;
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
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A policy that makes a star of each {@code ab} in a body, or does something that it should not. */
final class StarsFactory implements PolicyFactory<StarsFactory.Params> {
    enum Does {
        /** As it should. */
        WELL,
        /** Looks at each chunk for itself. */
        FORGETS,
        /** Holds back even of the last chunk. */
        HOLDS_LAST,
        /** Changes what it was given. */
        CHANGES,
        /** Never decides. */
        HANGS,
        /** Drops chunks of two bytes. */
        DROPS,
        /** Ends the body before the first {@code .}. */
        ENDS,
        /** Refuses a body with an {@code x}; a response with 502, or by failing. */
        REFUSES,
        /** Sets a whole body on the headers. */
        SETS,
        /** Ends the chain on the headers. */
        SKIPS
    }

    record Params(
            @Default("\"well\"") Does does,
            @Default("false") boolean buffered) {}

    /** How many filters were made and not closed. */
    static final AtomicInteger OPEN = new AtomicInteger();

    private final String name;

    StarsFactory() {
        this("stars");
    }

    StarsFactory(String name) {
        this.name = name;
    }

    @Override
    public PolicyDescriptor descriptor() {
        return new PolicyDescriptor(
                name,
                "1",
                "Makes stars.",
                Set.of(Phase.REQUEST, Phase.RESPONSE),
                BodyNeed.BUFFERED_OR_STREAMING,
                BodyNeed.BUFFERED_OR_STREAMING,
                Set.of(),
                EndAccuracy.NONE);
    }

    @Override
    public BodyNeed bodyNeed(Params params, Phase phase) {
        return params.buffered() ? BodyNeed.BUFFERED : BodyNeed.BUFFERED_OR_STREAMING;
    }

    @Override
    public Policy create(Params params, PolicyEnvironment env) {
        return new Stars(params.does());
    }

    private record Stars(Does does) implements Policy {
        private static final ImmediateResponse NO = ImmediateResponse.json(400, "{}", DenialReason.INVALID_REQUEST);

        @Override
        public Future<RequestOutcome> onRequest(RequestContext context) {
            if (does == Does.SKIPS) {
                return Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), null));
            }
            Buffer body =
                    does == Does.SETS ? Buffer.buffer("set") : context.request().body();
            if (body == null) {
                return RequestOutcome.unchanged();
            }
            return does == Does.REFUSES && body.toString().contains("x")
                    ? RequestOutcome.respond(NO)
                    : RequestOutcome.proceed(List.of(new SetBody(stars(body), null)));
        }

        @Override
        public Future<ResponseOutcome> onResponse(ResponseContext context) {
            if (does == Does.SKIPS) {
                return Future.succeededFuture(new ResponseOutcome.SkipRemaining(List.of(), null));
            }
            Buffer body = does == Does.SETS
                    ? Buffer.buffer("set")
                    : context.response().body();
            if (body == null) {
                return ResponseOutcome.unchanged();
            }
            return does == Does.REFUSES && body.toString().contains("x")
                    ? ResponseOutcome.proceed(List.of(new SetStatusCode(502), new SetBody(Buffer.buffer(), null)))
                    : ResponseOutcome.proceed(List.of(new SetBody(stars(body), null)));
        }

        private Buffer stars(Buffer body) {
            String text = body.toString();
            int dot = does == Does.ENDS ? text.indexOf('.') : -1;
            return Buffer.buffer((dot < 0 ? text : text.substring(0, dot)).replace("ab", "*"));
        }

        @Override
        public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
            OPEN.incrementAndGet();
            return new ChunkFilter<>() {
                @Override
                public Future<RequestChunkOutcome> onChunk(Buffer chunk, boolean last) {
                    return does == Does.REFUSES && chunk.toString().contains("x")
                            ? RequestChunkOutcome.respond(NO)
                            : outcomeOf(chunk, last).map(outcome -> outcome);
                }

                @Override
                public void close() {
                    OPEN.decrementAndGet();
                }
            };
        }

        @Override
        public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
            OPEN.incrementAndGet();
            return new ChunkFilter<>() {
                @Override
                public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
                    return does == Does.REFUSES && chunk.toString().contains("x")
                            ? Future.failedFuture(new PolicyException(ErrorCode.POLICY_ERROR, "an x"))
                            : outcomeOf(chunk, last);
                }

                @Override
                public void close() {
                    OPEN.decrementAndGet();
                }
            };
        }

        private Future<ChunkOutcome> outcomeOf(Buffer chunk, boolean last) {
            String text = chunk.toString();
            if (does == Does.HANGS) {
                return Future.future(_ -> {});
            }
            if (does == Does.ENDS && text.contains(".")) {
                return Future.succeededFuture(new ChunkOutcome.End(stars(chunk)));
            }
            if (does == Does.CHANGES) {
                chunk.appendByte((byte) 0);
            }
            if (does == Does.DROPS && text.length() == 2) {
                return Future.succeededFuture(ChunkOutcome.DROP);
            }
            if (text.endsWith("a") && (!last || does == Does.HOLDS_LAST) && does != Does.FORGETS) {
                int kept = text.length() - 1;
                return Future.succeededFuture(
                        new ChunkOutcome.Hold(stars(Buffer.buffer(text.substring(0, kept))), Buffer.buffer("a")));
            }
            return Future.succeededFuture(
                    text.contains("ab") ? new ChunkOutcome.Replace(stars(chunk)) : ChunkOutcome.PASS);
        }
    }
}
