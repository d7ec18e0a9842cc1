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

/** The messages that a kernel sends together on a stream of {@link WorkerMethod#EXCHANGE}: a {@code KernelBatch}. */
public final class CallBatch {
    private final KernelBatch wire;

    private CallBatch(KernelBatch wire) {
        this.wire = wire;
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
         * Receives an encoded call, which {@link PhaseCodec#decode} decodes. If a call is malformed, only that call
         * fails.
         */
        void call(long callId, PhaseCodec<?> phase, ByteString call);

        /**
         * Receives a chunk of a body.
         *
         * @param number number of the chunk within the call, from 1; 0 if the kernel does not send it
         */
        void chunk(long callId, long number, TimedChunk chunk);

        /** Receives the cancellation of a call whose answer is no longer needed. */
        void cancel(long callId);

        void exchangeEnded(ExchangeEnd end);
    }

    public static CallBatch decode(Buffer encoded) throws MalformedCallException {
        return new CallBatch(WireBytes.question(KernelBatch.parser(), WireBytes.bytes(encoded)));
    }

    /** Passes all messages to the receiver. */
    public void deliver(Deadlines deadlines, Receiver receiver) {
        for (int i = 0; i < wire.getMessagesCount(); i++) {
            deliver(wire.getMessages(i), deadlines, receiver);
        }
    }

    private static void deliver(KernelMessage message, Deadlines deadlines, Receiver receiver) {
        long id = message.getCallId();
        switch (message.getMessageCase()) {
            case REQUEST_CALL -> receiver.call(id, PhaseCodec.request(), message.getRequestCall());
            case RESPONSE_CALL -> receiver.call(id, PhaseCodec.response(), message.getResponseCall());
            case TRAILERS_CALL -> receiver.call(id, PhaseCodec.trailers(), message.getTrailersCall());
            case BODY_CHUNK -> {
                var chunk = message.getBodyChunk();
                receiver.chunk(
                        id,
                        chunk.getNumber(),
                        new TimedChunk(
                                WireBytes.buffer(chunk.getData()),
                                chunk.getEndOfStream(),
                                chunk.getEndOfStream() && chunk.getComplete(),
                                deadlines.of(chunk.getDeadlineMs(), chunk.getDeadlineNanos()),
                                chunk.getCutShort()));
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
                .build();
    }

    private static ExchangeEnd decode(io.policyengine.proto.worker.v1.ExchangeEnd wire) {
        return new ExchangeEnd(
                wire.getExchangeId(),
                wire.getStatusCode(),
                wire.getAborted(),
                WireBytes.orNull(wire.getDeniedBy()),
                WireBytes.orNull(wire.getReason()),
                wire.getCode());
    }
}
