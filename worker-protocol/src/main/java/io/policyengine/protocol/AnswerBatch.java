package io.policyengine.protocol;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a worker sends together on a stream of {@link WorkerMethod#EXCHANGE}: a {@code WorkerBatch}.
 * An answer can be decoded only with its call, so the answers are read one by one. {@link #next} moves to the next
 * answer; the first call moves to the first answer.
 */
public final class AnswerBatch {
    private final WorkerBatch wire;
    private int count;
    private WorkerMessage answer = WorkerMessage.getDefaultInstance();

    private AnswerBatch(WorkerBatch wire) {
        this.wire = wire;
    }

    /** Collects a worker's answers into batches. */
    public static final class Writer extends BatchWriter<WorkerMessage> {
        /**
         * Creates an empty writer.
         *
         * @param fullAt bytes after which a batch is full
         * @param out receives each batch
         */
        public Writer(int fullAt, Consumer<Buffer> out) {
            super(fullAt, out);
        }

        /**
         * Adds the result of a call.
         *
         * @param takesChunks whether the worker wants the chunks of the body
         */
        public <O> void result(long callId, PhaseCodec<O> phase, SegmentResult<O> result, boolean takesChunks) {
            add(phase.put(message(callId), result, takesChunks).build());
        }

        /**
         * Adds the result of a chunk of a body.
         *
         * @param number number of the chunk; 0 if the kernel did not send it
         */
        public void chunkResult(long callId, long number, ChunkResult result) {
            add(message(callId)
                    .setChunkResult(ChunkCodec.encode(result).setNumber(number))
                    .build());
        }

        /** Adds the reason why a call could not be run. */
        public void failure(long callId, CallFault fault, String message) {
            add(message(callId).setCallFailure(fault.encode(message)).build());
        }

        private static WorkerMessage.Builder message(long callId) {
            return WorkerMessage.newBuilder().setCallId(callId);
        }

        @Override
        WorkerBatch batch(List<WorkerMessage> messages) {
            return WorkerBatch.newBuilder().addAllMessages(messages).build();
        }
    }

    /**
     * Decodes a received batch.
     *
     * @throws WorkerException of kind INVALID_ANSWER if the batch is malformed
     */
    public static AnswerBatch decode(Buffer encoded) {
        return new AnswerBatch(WireBytes.answer(WorkerBatch.getDefaultInstance(), encoded));
    }

    public boolean isEmpty() {
        return wire.getMessagesCount() == 0;
    }

    /** Moves to the next answer. Returns false if there is none. */
    public boolean next() {
        if (count == wire.getMessagesCount()) {
            return false;
        }
        answer = wire.getMessages(count++);
        return true;
    }

    public long callId() {
        return answer.getCallId();
    }

    /** Returns the failure of a call that could not be run, or null if the answer is of another kind. */
    public @Nullable WorkerException failure() {
        return answer.hasCallFailure() ? CallFault.decode(answer.getCallFailure()) : null;
    }

    /**
     * Returns the result of a call.
     *
     * @param phase the codec of the call
     * @param expected number of entries that the call was to run
     * @throws WorkerException of kind INVALID_ANSWER if the result is inconsistent, or the answer is of another kind
     */
    public <O> SegmentResult<O> result(PhaseCodec<O> phase, int expected) {
        SegmentResult<O> result = phase.result(answer, expected);
        if (result == null) {
            throw new WorkerException(
                    WorkerException.Kind.INVALID_ANSWER, "an answer whose kind does not match the call");
        }
        return result;
    }

    /** Returns whether the answer is a result that requests the chunks of the body. */
    public boolean takesChunks() {
        return switch (answer.getMessageCase()) {
            case REQUEST_RESULT -> answer.getRequestResult().getTakesChunks();
            case RESPONSE_RESULT -> answer.getResponseResult().getTakesChunks();
            case TRAILERS_RESULT, CHUNK_RESULT, CALL_FAILURE, MESSAGE_NOT_SET -> false;
        };
    }

    /** Returns the number of the chunk to which the answer belongs, or 0 if unknown. */
    public long chunkNumber() {
        return answer.getChunkResult().getNumber();
    }

    /**
     * Returns the result of a chunk of a body, or null if the answer is of another kind.
     *
     * @param entries the entries of the call
     * @param mayDeny whether a policy may respond to the client
     * @param last whether the chunk was the last one
     * @throws WorkerException of kind INVALID_ANSWER if the result is inconsistent
     */
    public @Nullable ChunkResult chunkResult(EntryRange entries, boolean mayDeny, boolean last) {
        return answer.hasChunkResult() ? ChunkCodec.decode(answer.getChunkResult(), entries, mayDeny, last) : null;
    }
}
