package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy that streams as it is told, and notes what it is given. */
final class StreamingPolicy implements Policy, EntryObserver {
    final List<String> given = new ArrayList<>();
    final List<RequestContext> asked = new ArrayList<>();
    final List<RequestContext> opened = new ArrayList<>();
    final List<EntryFailure> failedOnChunk = new ArrayList<>();
    final List<EntryResult<?>> ended = new ArrayList<>();
    int closed;
    long kept;
    Future<RequestOutcome> decision = RequestOutcome.unchanged();
    boolean opens = true;
    Runnable closing = () -> {};
    private final Chunks chunks;

    /** What it does with a chunk. */
    @FunctionalInterface
    interface Chunks {
        @Nullable
        Future<? extends RequestChunkOutcome> onChunk(Buffer chunk, boolean last) throws Exception;
    }

    StreamingPolicy(Chunks chunks) {
        this.chunks = chunks;
    }

    static StreamingPolicy answering(RequestChunkOutcome outcome) {
        return new StreamingPolicy((_, _) -> Future.succeededFuture(outcome));
    }

    static StreamingPolicy passing() {
        return answering(ChunkOutcome.PASS);
    }

    static StreamingPolicy failing(ErrorCode code) {
        return failingOn("", code, ChunkOutcome.PASS);
    }

    /** Creates a policy that fails on chunks that begin with a text, and has one answer to all others. */
    static StreamingPolicy failingOn(String begin, ErrorCode code, RequestChunkOutcome otherwise) {
        return new StreamingPolicy((chunk, _) -> chunk.toString().startsWith(begin)
                ? Future.failedFuture(new PolicyException(code, "no"))
                : Future.succeededFuture(otherwise));
    }

    /** Creates a policy that never answers. */
    static StreamingPolicy hanging() {
        return new StreamingPolicy(
                (_, _) -> Promise.<RequestChunkOutcome>promise().future());
    }

    /** Puts a text behind each chunk, and another behind the last. */
    static StreamingPolicy appending(String text) {
        return new StreamingPolicy((chunk, last) -> Future.succeededFuture(
                new ChunkOutcome.Replace(Buffer.buffer().appendBuffer(chunk).appendString(last ? text + "." : text))));
    }

    /** Holds back all but the first character of each chunk; lets go of the last chunk. */
    static StreamingPolicy holding() {
        return new StreamingPolicy((chunk, last) -> Future.succeededFuture(
                last
                        ? ChunkOutcome.PASS
                        : new ChunkOutcome.Hold(chunk.getBuffer(0, 1), chunk.getBuffer(1, chunk.length()))));
    }

    BoundEntry entry() {
        return entry(OnFailure.DENY);
    }

    BoundEntry entry(OnFailure onFailure) {
        return entry(onFailure, BodyNeed.BUFFERED_OR_STREAMING);
    }

    BoundEntry entry(OnFailure onFailure, BodyNeed need) {
        return BoundEntry.builder("entry", "policy", this, Duration.ofSeconds(1))
                .onFailure(onFailure)
                .body(need, false)
                .observer(this)
                .build();
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        asked.add(request);
        return decision;
    }

    @Override
    @SuppressWarnings("NullAway") // a policy that breaks its contract
    public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
        opened.add(request);
        return opens ? new Filter<RequestChunkOutcome>() : null;
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
        return new Filter<>();
    }

    @Override
    public void ended(Call call, EntryResult<?> result, long nanos, @Nullable Throwable cause) {
        ended.add(result);
    }

    @Override
    public void failedOnChunk(Call call, EntryFailure failure, long nanos, @Nullable Throwable cause) {
        failedOnChunk.add(failure);
    }

    private final class Filter<O extends RequestChunkOutcome> implements ChunkFilter<O> {
        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // a policy that may break its contract
        public Future<O> onChunk(Buffer chunk, boolean last) {
            given.add(chunk + (last ? "|" : ""));
            try {
                return (Future<O>) chunks.onChunk(chunk, last);
            } catch (Exception thrown) {
                throw (RuntimeException) thrown;
            }
        }

        @Override
        public void brokenOff() {
            given.add("broken off");
        }

        @Override
        public long heldBytes() {
            return kept;
        }

        @Override
        public void close() {
            closed++;
            closing.run();
        }
    }
}
