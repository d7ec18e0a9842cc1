package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallBatchTest {
    private static final int FULL = 1_000;

    private final Deadlines deadlines = new Deadlines(() -> Samples.NOW, Duration.ofSeconds(10));

    /** Notes what comes. */
    private static final class Notes implements CallBatch.Receiver {
        final List<List<?>> seen = new ArrayList<>();

        @Override
        public void call(long callId, PhaseCodec<?> phase, ByteString call) {
            seen.add(List.of(phase, callId, call));
        }

        @Override
        public void chunk(long callId, long number, TimedChunk chunk) {
            seen.add(List.of("chunk", callId, number, chunk));
        }

        @Override
        public void cancel(long callId) {
            seen.add(List.of("cancel", callId));
        }

        @Override
        public void exchangeEnded(ExchangeEnd end) {
            seen.add(List.of("end", end));
        }
    }

    @Test
    void aWorkerReadsWhatTheKernelWroteInItsOrder() {
        Samples.forEachSeed(samples -> {
            List<Buffer> batches = new ArrayList<>();
            CallBatch.Writer writer = new CallBatch.Writer(FULL, batches::add);
            Notes written = new Notes();

            for (int left = samples.below(40); left > 0; left--) {
                writeOne(samples, writer, written);
            }
            writer.flush();

            assertThat(read(batches)).isEqualTo(written.seen);
            assertThat(writer.isEmpty()).isTrue();
        });
    }

    private static void writeOne(Samples samples, CallBatch.Writer writer, CallBatch.Receiver written) {
        long id = samples.id();
        ByteString call = WireBytes.bytes(samples.bytes());
        switch (samples.below(6)) {
            case 0 -> {
                writer.call(id, PhaseCodec.request(), call);
                written.call(id, PhaseCodec.request(), call);
            }
            case 1 -> {
                writer.call(id, PhaseCodec.response(), call);
                written.call(id, PhaseCodec.response(), call);
            }
            case 2 -> {
                long number = samples.below(9);
                boolean last = samples.flag();
                TimedChunk chunk = new TimedChunk(
                        samples.bytes(),
                        last,
                        last && samples.flag(),
                        Samples.NOW + Duration.ofMillis(25).toNanos(),
                        samples.flag());
                writer.chunk(id, number, chunk, new WorkerDeadline(25, 0));
                written.chunk(id, number, chunk);
            }
            case 4 -> {
                writer.call(id, PhaseCodec.trailers(), call);
                written.call(id, PhaseCodec.trailers(), call);
            }
            case 3 -> {
                writer.cancel(id);
                written.cancel(id);
            }
            default -> {
                ExchangeEnd end = samples.exchangeEnd();
                writer.exchangeEnd(end);
                written.exchangeEnded(end);
            }
        }
    }

    private List<List<?>> read(List<Buffer> batches) {
        Notes notes = new Notes();
        for (Buffer batch : batches) {
            try {
                CallBatch.decode(batch).deliver(deadlines, notes);
            } catch (MalformedCallException malformed) {
                throw new AssertionError(malformed);
            }
        }
        return notes.seen;
    }

    @Test
    void aBatchIsWrittenBeforeItGetsTooLong() {
        List<Buffer> batches = new ArrayList<>();
        CallBatch.Writer writer = new CallBatch.Writer(FULL, batches::add);
        ByteString call = ByteString.copyFrom(new byte[FULL / 3]);

        for (int i = 1; i <= 5; i++) {
            writer.call(i, PhaseCodec.request(), call);
        }
        writer.call(6, PhaseCodec.request(), ByteString.copyFrom(new byte[2 * FULL]));
        writer.flush();

        assertThat(batches.stream().map(batch -> read(List.of(batch)).size())).containsExactly(2, 2, 1, 1);
    }

    @Test
    void cancellationsAndEndsFillABatchAsCallsDo() {
        List<Buffer> batches = new ArrayList<>();
        CallBatch.Writer writer = new CallBatch.Writer(FULL, batches::add);

        for (int i = 1; i <= FULL; i++) {
            writer.cancel(i);
            writer.exchangeEnd(new ExchangeEnd(i, 200, false, null));
        }
        writer.flush();

        assertThat(batches).hasSizeGreaterThan(2).allMatch(batch -> batch.length() < 2 * FULL);
        assertThat(read(batches)).hasSize(2 * FULL);
    }

    @Test
    void anEmptyBatchOpensAStream() {
        List<Buffer> batches = new ArrayList<>();

        new CallBatch.Writer(FULL, batches::add).flush();

        assertThat(batches).containsExactly(Buffer.buffer());
        assertThat(read(batches)).isEmpty();
    }

    @Test
    void aMessageOfANewerKernelIsPassedOver() {
        Buffer batch = WireBytes.buffer(KernelBatch.newBuilder()
                .addMessages(KernelMessage.newBuilder().setCallId(1))
                .addMessages(KernelMessage.newBuilder().setCallId(2).setRequestCall(ByteString.EMPTY))
                .build());

        assertThat(read(List.of(batch))).containsExactly(List.of(PhaseCodec.request(), 2L, ByteString.EMPTY));
    }

    @Test
    void aBatchThatDoesNotDecodeIsMalformed() {
        assertThatThrownBy(() -> CallBatch.decode(Buffer.buffer(new byte[] {10, 5, 1})))
                .isInstanceOf(MalformedCallException.class)
                .hasMessageStartingWith("the message does not decode: ");
    }
}
