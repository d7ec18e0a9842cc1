package io.policyengine.kernel.harness;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Behaviours of policies for tests of the kernel. */
public final class Policies {
    private Policies() {}

    public static Policy request(RequestInstruction... instructions) {
        return onRequest(_ -> RequestOutcome.proceed(List.of(instructions)));
    }

    public static Policy response(ResponseInstruction... instructions) {
        return onResponse(_ -> ResponseOutcome.proceed(List.of(instructions)));
    }

    public static Policy denying(int status, String body) {
        return onRequest(_ -> RequestOutcome.respond(new ImmediateResponse(
                status, HeaderMap.of("content-type", "text/plain"), Buffer.buffer(body), "policy_denied")));
    }

    public static Policy failing() {
        return onRequest(_ -> Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "it broke")));
    }

    public static Policy silent() {
        return silent(Promise.promise());
    }

    /** Never answers, and says so when it runs for the first time. */
    public static Policy silent(Promise<Void> asked) {
        return onRequest(_ -> {
            asked.tryComplete();
            return Promise.<RequestOutcome>promise().future();
        });
    }

    public static Policy onRequest(Function<RequestContext, Future<RequestOutcome>> behaviour) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return behaviour.apply(request);
            }
        };
    }

    public static Policy onResponse(Function<ResponseContext, Future<ResponseOutcome>> behaviour) {
        return new Policy() {
            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return behaviour.apply(response);
            }
        };
    }

    /** Looks at the trailers of both directions. */
    public static Policy onTrailers(Function<TrailersContext, Future<TrailersOutcome>> behaviour) {
        return new Policy() {
            @Override
            public Future<TrailersOutcome> onRequestTrailers(TrailersContext trailers) {
                return behaviour.apply(trailers);
            }

            @Override
            public Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
                return behaviour.apply(trailers);
            }
        };
    }

    /** Changes every chunk of both bodies by itself. */
    public static Policy chunks(UnaryOperator<Buffer> change) {
        return filtering(() -> (chunk, _) -> Future.succeededFuture(new ChunkOutcome.Replace(change.apply(chunk))));
    }

    /** Lets both bodies through a filter. */
    public static Policy filtering(Supplier<ChunkFilter<ChunkOutcome>> filter) {
        return new Policy() {
            @Override
            public ChunkFilter<ChunkOutcome> requestChunks(RequestContext request) {
                return filter.get();
            }

            @Override
            public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
                return filter.get();
            }
        };
    }

    public static Buffer upper(Buffer text) {
        return Buffer.buffer(text.toString().toUpperCase(Locale.ROOT));
    }

    /** Denies a request whose body has a chunk with this text. */
    public static Policy denyingChunk(String text) {
        return denyingChunk(text, "");
    }

    /** Likewise, with this body. */
    public static Policy denyingChunk(String text, String body) {
        return new Policy() {
            @Override
            public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
                return (chunk, _) -> chunk.toString().contains(text)
                        ? RequestChunkOutcome.respond(
                                new ImmediateResponse(413, HeaderMap.empty(), Buffer.buffer(body), "policy_denied"))
                        : Future.succeededFuture(ChunkOutcome.PASS);
            }
        };
    }

    /** Fails on a chunk with this text. */
    public static Policy failingChunk(String text) {
        return filtering(() -> (chunk, _) -> chunk.toString().contains(text)
                ? Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "it broke"))
                : Future.succeededFuture(ChunkOutcome.PASS));
    }

    /** Holds back all of a body until its end. */
    public static ChunkFilter<ChunkOutcome> hoarding() {
        return (chunk, last) ->
                Future.succeededFuture(last ? ChunkOutcome.PASS : new ChunkOutcome.Hold(Buffer.buffer(), chunk));
    }

    /** Lets a body pass, and keeps a copy of it. */
    public static ChunkFilter<ChunkOutcome> copying() {
        List<byte[]> copies = new ArrayList<>();
        return new ChunkFilter<>() {
            @Override
            public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
                copies.add(chunk.getBytes());
                return Future.succeededFuture(ChunkOutcome.PASS);
            }

            @Override
            public long heldBytes() {
                return copies.stream().mapToLong(copy -> copy.length).sum();
            }
        };
    }

    /** Holds back the last octet of all that came. */
    public static ChunkFilter<ChunkOutcome> holdingLastOctet() {
        return (chunk, last) -> {
            int end = Math.max(0, chunk.length() - 1);
            return Future.succeededFuture(
                    last
                            ? ChunkOutcome.PASS
                            : new ChunkOutcome.Hold(chunk.slice(0, end), chunk.slice(end, chunk.length())));
        };
    }
}
