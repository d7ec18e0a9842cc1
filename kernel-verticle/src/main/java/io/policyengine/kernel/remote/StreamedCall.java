package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;
import io.policyengine.protocol.EntryRange;
import io.policyengine.protocol.PhaseCodec;
import io.policyengine.protocol.WorkerDeadline;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * A worker call with a streamed body. It has a result for the headers, and then one for each chunk. Confined to its
 * event loop.
 */
final class StreamedCall<O> extends CarriedCall implements ChunkStream {
    private final PhaseCodec<O> phase;
    private final EntryRange entries;
    private final ChunkTerms terms;
    private final CallScope scope;
    private final ClientStream<StreamedCall<?>> carrier;

    /** The encoded call; null once it is sent. */
    private @Nullable ByteString encoded;

    /** The next chunk to send; null once it is sent. */
    private @Nullable TimedChunk chunk;

    /** The number of the last sent chunk, counted from 1. */
    private long chunkNumber;

    private int chunkBytes;

    /** The worker's deadline for the next chunk; null once the chunk is sent. */
    private @Nullable WorkerDeadline chunkDeadline;

    private @Nullable Promise<OpenSegment<O>> opening;

    private @Nullable Promise<ChunkResult> awaitedResult;

    private Cancellation.@Nullable Listening listening;
    private boolean lastSent;
    private DeadlineWheel.@Nullable Deadline deadline;

    /** The reason why nothing more can be sent, or null. */
    private @Nullable WorkerException over;

    StreamedCall(
            long id,
            SegmentCall<O> call,
            ByteString encoded,
            ChunkTerms terms,
            CallScope scope,
            ClientStream<StreamedCall<?>> carrier) {
        super(id, call);
        this.phase = PhaseCodec.of(call);
        this.entries = new EntryRange(call.firstEntry(), call.endEntry());
        this.encoded = encoded;
        this.terms = terms;
        this.scope = scope;
        this.carrier = carrier;
    }

    void listens(Cancellation.Listening toCancellation) {
        listening = toCancellation;
    }

    /** Sends the call. The resulting segment accepts chunks if the worker expects chunks. */
    Future<OpenSegment<O>> open(long deadlineNanos) {
        Promise<OpenSegment<O>> promise = scope.promise();
        opening = promise;
        sendNext(deadlineNanos);
        return promise.future();
    }

    @Override
    public Future<ChunkResult> send(TimedChunk next) {
        WorkerException refusal = over != null ? over : refusal(next.deadlineNanos());
        if (refusal != null) {
            giveUp(refusal);
            return Future.failedFuture(refusal);
        }
        Promise<ChunkResult> promise = scope.promise();
        awaitedResult = promise;
        lastSent = next.last();
        chunk = next;
        chunkNumber++;
        chunkBytes = next.data().length();
        chunkDeadline = scope.workerDeadline(next.deadlineNanos(), terms.sharesClock());
        sendNext(next.deadlineNanos());
        return promise.future();
    }

    private @Nullable WorkerException refusal(long deadlineNanos) {
        return opening != null || awaitedResult != null
                ? new WorkerException(
                        Kind.INTERNAL, "a chunk of a body was sent before the result of the previous chunk")
                : scope.refusal(deadlineNanos);
    }

    private void sendNext(long deadlineNanos) {
        scope.begin();
        deadline = scope.deadlines().add(deadlineNanos, () -> giveUp("no answer in time"));
        carrier.send(this);
    }

    @Override
    public void close() {
        giveUp("the body is no longer wanted");
    }

    @Override
    boolean isOver() {
        return over != null;
    }

    @Override
    void putInto(CallBatch.Writer batch) {
        if (encoded != null) {
            batch.call(id(), phase, encoded);
            encoded = null;
        } else if (chunk != null && chunkDeadline != null) {
            batch.chunk(id(), chunkNumber, chunk, chunkDeadline);
            chunk = null;
            chunkDeadline = null;
        }
    }

    @Override
    void answered(AnswerBatch answer) {
        WorkerException failure = answer.failure();
        if (failure != null) {
            fail(failure);
            return;
        }
        try {
            if (opening != null) {
                opened(answer, opening);
            } else {
                passed(answer, awaitedResult);
            }
        } catch (WorkerException invalid) {
            giveUp(invalid);
        }
    }

    private void opened(AnswerBatch answer, Promise<OpenSegment<O>> promise) {
        SegmentResult<O> result = answer.result(phase, entries.size());
        boolean takesChunks = answer.takesChunks();
        if (takesChunks && result.entries().getLast() instanceof EntryResult.Completed<O>(RequestOutcome.Respond _)) {
            throw new WorkerException(Kind.INVALID_ANSWER, "the worker expects chunks although it answered the client");
        }
        stopWaiting();
        if (!takesChunks) {
            ended();
        }
        promise.complete(new OpenSegment<>(result, takesChunks ? new SlicedChunks(this, scope::now) : null));
    }

    private void passed(AnswerBatch answer, @Nullable Promise<ChunkResult> promise) {
        ChunkResult result = promise == null ? null : answer.chunkResult(entries, phase.mayDeny(), lastSent);
        if (promise == null || result == null) {
            throw new WorkerException(Kind.INVALID_ANSWER, "an answer to no pending call");
        }
        terms.checkNumber(chunkNumber, answer.chunkNumber());
        terms.checkLength(chunkBytes, result.data());
        stopWaiting();
        if (result.last()) {
            ended();
        }
        promise.complete(result);
    }

    private void ended() {
        over = new WorkerException(Kind.INTERNAL, "the body has ended");
        listenNoMore();
    }

    private void listenNoMore() {
        if (listening != null) {
            listening.end();
        }
    }

    private void stopWaiting() {
        opening = null;
        awaitedResult = null;
        scope.end();
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    /** Abandons the call because its results are no longer needed, and reports this to the worker. */
    void giveUp(String why) {
        giveUp(new WorkerException(Kind.TIMEOUT, why));
    }

    private void giveUp(WorkerException reason) {
        if (over == null) {
            carrier.cancel(this);
            fail(reason);
        }
    }

    @Override
    void fail(WorkerException reason) {
        if (over != null) {
            return;
        }
        over = reason;
        listenNoMore();
        encoded = null;
        chunk = null;
        Promise<OpenSegment<O>> waiting = opening;
        Promise<ChunkResult> waitingResult = awaitedResult;
        if (waiting != null || waitingResult != null) {
            stopWaiting();
        }
        if (waiting != null) {
            waiting.fail(reason);
        }
        if (waitingResult != null) {
            waitingResult.fail(reason);
        }
    }
}
