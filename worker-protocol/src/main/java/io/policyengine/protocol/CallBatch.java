package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.proto.worker.v1.Cancel;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The messages that a kernel sends together on a stream of {@link WorkerMethod#EXCHANGE}: a {@code KernelBatch}. Large
 * messages share the bytes of the batch, and small ones are copied. So a message keeps at most {@link #MAX_HELD_RATIO}
 * times its own bytes in memory.
 */
public final class CallBatch {
    /**
     * The maximum size of a batch, as a multiple of a message's size, for which the message shares the batch's bytes.
     */
    static final int MAX_HELD_RATIO = 8;

    private final KernelBatch wire;
    private final int size;

    private CallBatch(KernelBatch wire, int size) {
        this.wire = wire;
        this.size = size;
    }

    /** Collects the messages of a kernel into batches. */
    public static final class Writer extends BatchWriter<KernelMessage> {
        /**
         * Creates an empty writer.
         *
         * @param fullAt bytes after which a batch is full
         * @param out receives each batch
         */
        public Writer(int fullAt, Consumer<Buffer> out) {
            super(fullAt, out);
        }

        /** Adds the cancellation of a call whose answer is no longer needed. */
        public void cancel(long callId) {
            add(message(callId).setCancel(Cancel.getDefaultInstance()).build());
        }

        /** Adds a call that {@link CallCodec} has encoded. */
        public void call(long callId, PhaseCodec<?> phase, ByteString call) {
            add(phase.put(message(callId), call).build());
        }

        /**
         * Adds a chunk of a body for the entries of a call.
         *
         * @param number number of the chunk within the call, from 1
         * @param deadline the worker's deadline for the chunk
         */
        public void chunk(long callId, long number, TimedChunk chunk, WorkerDeadline deadline) {
            add(message(callId)
                    .setBodyChunk(io.policyengine.proto.worker.v1.BodyChunk.newBuilder()
                            .setData(WireBytes.bytes(chunk.data()))
                            .setEndOfStream(chunk.last())
                            .setDeadlineMs(deadline.millisLeft())
                            .setDeadlineNanos(deadline.instant())
                            .setNumber(number)
                            .setComplete(chunk.isComplete())
                            .setCutShort(chunk.isCutShort())
                            .build())
                    .build());
        }

        public void exchangeEnd(ExchangeEnd end) {
            add(KernelMessage.newBuilder().setExchangeEnd(encode(end)).build());
        }

        private static KernelMessage.Builder message(long callId) {
            return KernelMessage.newBuilder().setCallId(callId);
        }

        @Override
        KernelBatch batch(List<KernelMessage> messages) {
            return KernelBatch.newBuilder().addAllMessages(messages).build();
        }
    }

    /** Receives the messages of a batch in their order. */
    public interface Receiver {
        /**
         * Receives an encoded call, to be decoded by {@link PhaseCodec#decode}. A malformed call does not affect other
         * calls.
         */
        void call(long callId, PhaseCodec<?> phase, ByteString call);

        /**
         * Receives a chunk of a body.
         *
         * @param number number of the chunk within the call, from 1; 0 if the kernel does not send it
         * @param fullUntil last time of the ticker at which the chunk can begin with its promised time; a chunk that
         *     begins later is cut short
         */
        void chunk(long callId, long number, TimedChunk chunk, long fullUntil);

        /** Receives the cancellation of a call whose answer is no longer needed. */
        void cancel(long callId);

        void exchangeEnded(ExchangeEnd end);
    }

    public static CallBatch decode(Buffer encoded) throws MalformedCallException {
        return new CallBatch(WireBytes.question(KernelBatch.parser(), WireBytes.bytes(encoded)), encoded.length());
    }

    /** Passes all messages to the receiver. */
    public void deliver(Deadlines deadlines, Receiver receiver) {
        for (int i = 0; i < wire.getMessagesCount(); i++) {
            deliver(wire.getMessages(i), deadlines, receiver);
        }
    }

    /** Returns the bytes of a message, or a copy of them if they would keep a much larger batch in memory. */
    private ByteString held(ByteString bytes) {
        return (long) bytes.size() * MAX_HELD_RATIO < size ? ByteString.copyFrom(bytes.asReadOnlyByteBuffer()) : bytes;
    }

    private void deliver(KernelMessage message, Deadlines deadlines, Receiver receiver) {
        long id = message.getCallId();
        switch (message.getMessageCase()) {
            case REQUEST_CALL -> receiver.call(id, PhaseCodec.request(), held(message.getRequestCall()));
            case RESPONSE_CALL -> receiver.call(id, PhaseCodec.response(), held(message.getResponseCall()));
            case TRAILERS_CALL -> receiver.call(id, PhaseCodec.trailers(), held(message.getTrailersCall()));
            case BODY_CHUNK -> {
                var chunk = message.getBodyChunk();
                long deadline = deadlines.of(chunk.getDeadlineMs(), chunk.getDeadlineNanos());
                receiver.chunk(
                        id,
                        chunk.getNumber(),
                        new TimedChunk(
                                WireBytes.buffer(held(chunk.getData())),
                                chunk.getEndOfStream(),
                                chunk.getEndOfStream() && chunk.getComplete(),
                                deadline,
                                chunk.getCutShort()),
                        deadlines.fullUntil(chunk.getDeadlineMs(), deadline));
            }
            case CANCEL -> receiver.cancel(id);
            case EXCHANGE_END -> receiver.exchangeEnded(decode(message.getExchangeEnd()));
            // A message of a newer kernel.
            case MESSAGE_NOT_SET -> {}
        }
    }

    private static io.policyengine.proto.worker.v1.ExchangeEnd encode(ExchangeEnd end) {
        return io.policyengine.proto.worker.v1.ExchangeEnd.newBuilder()
                .setExchangeId(end.exchangeId())
                .setStatusCode(end.status())
                .setAborted(end.aborted())
                .setDeniedBy(WireBytes.orEmpty(end.deniedBy()))
                .setReason(WireBytes.orEmpty(end.reason()))
                .setCode(WireBytes.orEmpty(end.code()))
                .setRule(WireBytes.orEmpty(end.rule()))
                .build();
    }

    private static ExchangeEnd decode(io.policyengine.proto.worker.v1.ExchangeEnd wire) {
        return new ExchangeEnd(
                wire.getExchangeId(),
                wire.getStatusCode(),
                wire.getAborted(),
                WireBytes.orNull(wire.getDeniedBy()),
                WireBytes.orNull(wire.getReason()),
                wire.getCode(),
                wire.getRule());
    }
}
