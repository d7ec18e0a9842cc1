package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** What is read in a turn of a connection that has more than anybody takes. */
class ReadBoundTest {
    private static final int TURNS = 10;

    private final ChannelConfig config = new EmbeddedChannel().config();
    private final ReadBound bound = new ReadBound();
    private final ExtendedHandle handle = bound.newHandle();

    /** As Netty's transports do it. */
    private int readInATurn() {
        int read = 0;
        handle.reset(config);
        do {
            ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
            int all = buffer.writableBytes();
            buffer.release();
            handle.attemptedBytesRead(all);
            handle.lastBytesRead(all);
            handle.incMessagesRead(1);
            read += all;
        } while (handle.continueReading(() -> handle.attemptedBytesRead() == handle.lastBytesRead()));
        handle.readComplete();
        return read;
    }

    private int readInTurns() {
        int most = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            most = Math.max(most, readInATurn());
        }
        return most;
    }

    @Test
    void fewAreRead() {
        assertThat(readInTurns()).isEqualTo(ReadBound.MAX_OF_TURN);
    }

    @Test
    void asManyAsUsualAreReadOnceItIsLifted() {
        readInTurns();

        bound.lift();

        assertThat(readInTurns()).isEqualTo(16 * 65_536);
    }

    @Test
    void fewAreReadAgainOnceItIsRestored() {
        bound.lift();
        readInTurns();

        bound.restore();

        assertThat(readInTurns()).isEqualTo(ReadBound.MAX_OF_TURN);
    }
}
