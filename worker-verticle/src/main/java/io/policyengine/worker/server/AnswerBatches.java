package io.policyengine.worker.server;

import io.policyengine.protocol.AnswerBatch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.server.GrpcServerResponse;

/**
 * Answers on their way to a kernel. Answers of one turn of the event loop are sent in one batch. Confined to the event
 * loop.
 */
final class AnswerBatches {
    /** Bytes of answers after which a batch is full. */
    private static final int BATCH_BYTES = 1 << 20;

    private final GrpcServerResponse<Buffer, Buffer> response;
    private final CallBytes bytes;
    private final Context context;
    private final AnswerBatch.Writer answers = new AnswerBatch.Writer(BATCH_BYTES, this::write);
    private boolean collecting;
    private boolean flushScheduled;
    private boolean opened;
    private boolean over;
    private Future<Void> lastWrite = Future.succeededFuture();

    AnswerBatches(GrpcServerResponse<Buffer, Buffer> response, CallBytes bytes, Context context) {
        this.response = response;
        this.bytes = bytes;
        this.context = context;
    }

    /** Answers wait until {@link #release}: more are about to come. */
    void collect() {
        collecting = true;
    }

    /** Sends what has come since {@link #collect}. */
    void release() {
        collecting = false;
        flush();
    }

    /** The answer to a call. */
    @FunctionalInterface
    interface Answer {
        void to(long callId, AnswerBatch.Writer answers);
    }

    void add(long callId, Answer answer) {
        answer.to(callId, answers);
        if (!collecting && !flushScheduled) {
            flushScheduled = true;
            context.runOnContext(_ -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        // The first answer goes out even if it is empty: it tells the kernel that the stream is served.
        if (!opened || !answers.isEmpty()) {
            opened = true;
            answers.flush();
        }
    }

    private void write(Buffer batch) {
        if (!over) {
            lastWrite = response.write(batch);
            bytes.countUntilWritten(batch.length(), lastWrite);
        }
    }

    /** Ends the stream after the last answer. */
    void end() {
        flush();
        // Vert.x fails on an end while a write is queued and the stream is reset meanwhile.
        lastWrite.onComplete(_ -> {
            if (!over) {
                over = true;
                response.end();
            }
        });
    }

    /** Discards all answers, because the stream is gone. */
    void abandon() {
        over = true;
    }
}
