package io.policyengine.core.chain.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.Unpooled;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a filter holds back comes again in front of the next chunk. */
class ChunkStageTest {
    private final ChunkStage stage = stage();

    @Test
    void whatIsHeldWholeIsNotCopiedWithEachTinyChunk() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Buffer given = stage.release(Buffer.buffer(new byte[1 << 20]));
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 1_000; i++) {
            stage.hold(given);
            stage.forgetUnheld();
            given = stage.release(Buffer.buffer(new byte[] {(byte) i}));
        }

        // With a copy each they would be 1,000 MiB.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20L << 20);
        assertThat(given.length()).isEqualTo((1 << 20) + 1_000);
        assertThat(given.getByte(given.length() - 1)).isEqualTo((byte) 999);
    }

    @Test
    void aFewBytesThatAreHeldKeepNoChunkInMemory() {
        stage.hold(Buffer.buffer("x"));
        WeakReference<Buffer> chunk = new WeakReference<>(stage.release(Buffer.buffer("y")));
        stage.hold(Buffer.buffer("z"));
        stage.forgetUnheld();

        Awaitility.await().until(() -> {
            System.gc();
            return chunk.refersTo(null);
        });
        assertThat(stage.release(Buffer.buffer("!"))).hasToString("z!");
    }

    @Test
    void theLastBytesOfAChunkThatAreHeldKeepNothingElseOfItInMemory() {
        byte[] octets = "x".repeat(100_000).getBytes(UTF_8);
        WeakReference<byte[]> chunk = new WeakReference<>(octets);
        Buffer given = stage.release(BufferInternal.buffer(
                Unpooled.wrappedBuffer(ByteBuffer.wrap(octets).asReadOnlyBuffer())));
        stage.hold(given.slice(99_999, 100_000));
        stage.forgetUnheld();
        octets = new byte[0];
        given = Buffer.buffer(octets);

        Awaitility.await().until(() -> {
            System.gc();
            return chunk.refersTo(null);
        });
        assertThat(stage.release(given)).hasToString("x");
    }

    @Test
    void whatAFilterWasGivenNeverChanges() {
        List<Buffer> seen = new ArrayList<>();
        seen.add(stage.release(Buffer.buffer("a")));

        for (String chunk : List.of("b", "c", "d")) {
            stage.hold(seen.getLast());
            seen.add(stage.release(Buffer.buffer(chunk)));
        }

        assertThat(seen).extracting(Buffer::toString).containsExactly("a", "ab", "abc", "abcd");
    }

    @Test
    void partOfWhatWasGivenIsHeldAsWell() {
        Buffer first = stage.release(Buffer.buffer("ab"));
        stage.hold(first);
        Buffer second = stage.release(Buffer.buffer("c"));
        stage.hold(second.slice(1, 3));

        Buffer third = stage.release(Buffer.buffer("d"));
        stage.hold(Buffer.buffer("x"));
        Buffer last = stage.release(Buffer.buffer("y"));

        assertThat(third).hasToString("bcd");
        assertThat(last).hasToString("xy");
        assertThat(second).hasToString("abc");
    }

    private static ChunkStage stage() {
        StreamingPolicy policy = StreamingPolicy.passing();
        return new ChunkStage(
                0,
                policy.entry(),
                ChunkFilter.<ChunkOutcome>none(),
                new Call("id", 1, Long.MAX_VALUE, new Cancellation()));
    }
}
