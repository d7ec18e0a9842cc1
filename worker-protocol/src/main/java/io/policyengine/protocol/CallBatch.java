package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.Cancel;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** What a kernel says on a stream of {@link WorkerMethod#EXCHANGE} at once: a {@code KernelBatch}. */
public final class CallBatch {
    private final KernelBatch wire;

    private CallBatch(KernelBatch wire) {
        this.wire = wire;
    }

    /** Gathers messages into batches. Those that carry calls and chunks are full beyond a number of bytes. */
    public static final class Writer {
        private final int fullAt;
        private final Consumer<Buffer> out;
        private KernelBatch.Builder batch = KernelBatch.newBuilder();
        private int bytes;

        /**
         * A writer with nothing to write.
         *
         * @param fullAt bytes of calls and chunks after which a batch is full
         * @param out takes each batch
         */
        public Writer(int fullAt, Consumer<Buffer> out) {
            this.fullAt = fullAt;
            this.out = out;
        }

        /** Cancels a call: its answer is not wanted any more. */
        public void cancel(long callId) {
            batch.addMessages(message(callId).setCancel(Cancel.getDefaultInstance()));
        }

        /** Sends a request call, as {@link CallCodec} has written it. */
        public void requestCall(long callId, ByteString call) {
            add(message(callId).setRequestCall(call).build());
        }

        /** Sends a response call, as {@link CallCodec} has written it. */
        public void responseCall(long callId, ByteString call) {
            add(message(callId).setResponseCall(call).build());
        }

        /**
         * Sends a chunk of a body to the chain that the call opened.
         *
         * @param last whether the body ends with it
         * @param millisLeft see {@link Deadlines#millisLeft}
         */
        public void chunk(long callId, Buffer data, boolean last, int millisLeft) {
            add(message(callId)
                    .setBodyChunk(BodyChunk.newBuilder()
                            .setData(Wire.bytes(data))
                            .setEndOfStream(last)
                            .setDeadlineMs(millisLeft)
                            .build())
                    .build());
        }

        /** Tells how an exchange ended. */
        public void exchangeEnd(ExchangeEnd end) {
            batch.addMessages(KernelMessage.newBuilder().setExchangeEnd(encode(end)));
        }

        private static KernelMessage.Builder message(long callId) {
            return KernelMessage.newBuilder().setCallId(callId);
        }

        private void add(KernelMessage message) {
            int size = message.getSerializedSize();
            if (bytes > 0 && bytes + size > fullAt) {
                flush();
            }
            batch.addMessages(message);
            bytes += size;
        }

        /** Whether nothing waits to be written. */
        public boolean isEmpty() {
            return batch.getMessagesCount() == 0;
        }

        /** Writes what there is; of nothing, an empty batch, such as the one that opens a stream. */
        public void flush() {
            KernelBatch full = batch.build();
            batch = KernelBatch.newBuilder();
            bytes = 0;
            out.accept(Wire.buffer(full));
        }
    }

    /** Takes messages, in their order. */
    public interface Receiver {
        /** A request call, for {@link CallCodec#decodeRequest}: one that does not decode fails alone. */
        void requestCall(long callId, ByteString call);

        /** A response call, for {@link CallCodec#decodeResponse}: one that does not decode fails alone. */
        void responseCall(long callId, ByteString call);

        /**
         * A chunk of a body.
         *
         * @param last whether the body ends with it
         * @param deadlineNanos on the ticker
         */
        void chunk(long callId, Buffer data, boolean last, long deadlineNanos);

        /** The answer is not wanted any more. */
        void cancel(long callId);

        /** How an exchange ended. */
        void exchangeEnded(ExchangeEnd end);
    }

    /** A batch that has come. */
    public static CallBatch decode(Buffer encoded) throws MalformedCallException {
        return new CallBatch(Wire.question(KernelBatch.parser(), Wire.bytes(encoded)));
    }

    /** Hands over what the batch says. */
    public void deliver(Deadlines deadlines, Receiver receiver) {
        for (int i = 0; i < wire.getMessagesCount(); i++) {
            deliver(wire.getMessages(i), deadlines, receiver);
        }
    }

    private static void deliver(KernelMessage message, Deadlines deadlines, Receiver receiver) {
        long id = message.getCallId();
        switch (message.getMessageCase()) {
            case REQUEST_CALL -> receiver.requestCall(id, message.getRequestCall());
            case RESPONSE_CALL -> receiver.responseCall(id, message.getResponseCall());
            case BODY_CHUNK -> {
                BodyChunk chunk = message.getBodyChunk();
                receiver.chunk(
                        id,
                        Wire.buffer(chunk.getData()),
                        chunk.getEndOfStream(),
                        deadlines.after(chunk.getDeadlineMs()));
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
                .setDeniedBy(Wire.orEmpty(end.deniedBy()))
                .build();
    }

    private static ExchangeEnd decode(io.policyengine.proto.worker.v1.ExchangeEnd wire) {
        return new ExchangeEnd(
                wire.getExchangeId(), wire.getStatusCode(), wire.getAborted(), Wire.orNull(wire.getDeniedBy()));
    }
}
