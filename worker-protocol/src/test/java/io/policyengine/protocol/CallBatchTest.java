package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.vertx.ByteBufs;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
        public void chunk(long callId, long number, TimedChunk chunk, long fullUntil) {
            seen.add(List.of("chunk", callId, number, chunk, fullUntil));
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
                written.chunk(id, number, chunk, Samples.NOW + 6_250_000);
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
    void aMessageSharesTheBytesOfItsBatchOnlyIfTheBatchIsNotMuchLarger() throws MalformedCallException {
        List<Buffer> batches = new ArrayList<>();
        CallBatch.Writer writer = new CallBatch.Writer(4 * FULL, batches::add);
        byte[] small = "a small call".getBytes(StandardCharsets.UTF_8);
        byte[] large = "a large call ".repeat(20).getBytes(StandardCharsets.UTF_8);
        writer.call(1, PhaseCodec.request(), ByteString.copyFrom(small));
        writer.chunk(2, 1, new TimedChunk(Buffer.buffer(small), true, Samples.NOW), new WorkerDeadline(25, 0));
        writer.call(3, PhaseCodec.trailers(), ByteString.copyFrom(large));
        writer.flush();
        byte[] encoded = batches.getFirst().getBytes();
        assertThat(encoded.length)
                .isBetween(small.length * CallBatch.MAX_HELD_RATIO, large.length * CallBatch.MAX_HELD_RATIO);

        Notes notes = new Notes();
        CallBatch.decode(ByteBufs.buffer(Unpooled.wrappedBuffer(encoded))).deliver(deadlines, notes);
        Arrays.fill(encoded, (byte) 0);

        assertThat(((ByteString) notes.seen.get(0).get(2)).toByteArray()).isEqualTo(small);
        assertThat(((TimedChunk) notes.seen.get(1).get(3)).data().getBytes()).isEqualTo(small);
        assertThat(((ByteString) notes.seen.get(2).get(2)).toByteArray())
                .as("it shares the batch's bytes")
                .isEqualTo(new byte[large.length]);
    }

    @Test
    void aChunkCanBeginWithItsPromisedTimeInTheFirstQuarterOfItsTime() {
        List<Buffer> batches = new ArrayList<>();
        CallBatch.Writer writer = new CallBatch.Writer(FULL, batches::add);
        TimedChunk chunk = new TimedChunk(Buffer.buffer(), true, Samples.NOW);
        writer.chunk(1, 1, chunk, new WorkerDeadline(100, 0));
        writer.chunk(1, 2, chunk, new WorkerDeadline(100, Samples.NOW + 70_000_000));
        writer.flush();

        List<List<?>> seen = read(batches);

        assertThat(seen.get(0).getLast()).isEqualTo(Samples.NOW + 25_000_000);
        assertThat(seen.get(1).getLast())
                .as("30 ms of 100 were lost before the arrival")
                .isEqualTo(Samples.NOW - 5_000_000);
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
                .hasMessageStartingWith("the message cannot be decoded: ");
    }
}
