package io.policyengine.worker.server;

import io.policyengine.protocol.AnswerBatch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.server.GrpcServerResponse;

/** Sends answers to a kernel: one batch for all answers of a turn of the event loop. Confined to the event loop. */
final class AnswerBatches {
    /** The size at which a batch of answers is full and is sent, in bytes. */
    private static final int BATCH_BYTES = 1 << 20;

    private final GrpcServerResponse<Buffer, Buffer> response;
    private final CallBytes bytes;
    private final Context context;
    private final AnswerBatch.Writer answers = new AnswerBatch.Writer(BATCH_BYTES, this::write);
    private boolean flushScheduled;
    private boolean opened;
    private boolean over;
    private Future<Void> lastWrite = Future.succeededFuture();

    AnswerBatches(GrpcServerResponse<Buffer, Buffer> response, CallBytes bytes, Context context) {
        this.response = response;
        this.bytes = bytes;
        this.context = context;
    }

    /** Sends an empty batch if no batch was sent yet, to show the kernel that the stream is served. */
    void open() {
        if (!opened) {
            flush();
        }
    }

    /** Writes one answer to a batch. */
    @FunctionalInterface
    interface Answer {
        void to(long callId, AnswerBatch.Writer answers);
    }

    void add(long callId, Answer answer) {
        answer.to(callId, answers);
        if (!flushScheduled) {
            flushScheduled = true;
            context.runOnContext(_ -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        // The first batch is sent even if empty: it shows the kernel that the stream is served.
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

    /** Discards all unsent answers, because the stream has ended. */
    void abandon() {
        over = true;
    }
}
