package io.policyengine.kernel.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * The limit of octets read from one connection per turn of its event loop. It is low for an unverified peer, and
 * Netty's usual limit for a verified one. Netty asks a connection's allocator for a handle only once, so the allocator
 * cannot be replaced later. Confined to the connection's event loop.
 */
final class ReadBound implements RecvByteBufAllocator {
    /** Maximum octets read from an unverified connection in one turn of the event loop. */
    static final int MAX_OF_TURN = 4096;

    /** The number of octets of the first read, and the minimum of later reads: enough for the beginning of HTTP/2. */
    private static final int MIN = 512;

    /** The maximum reads of a socket per turn of the event loop: Netty's default. */
    private static final int USUAL_READS = 16;

    private boolean isLifted;

    /** Restores Netty's usual limit from the next turn of the event loop on. */
    void lift() {
        isLifted = true;
    }

    /** Limits reads to few octets again, from the next turn of the event loop on. */
    void restore() {
        isLifted = false;
    }

    @Override
    @SuppressWarnings("deprecation") // called by Netty
    public ExtendedHandle newHandle() {
        return new Reading(
                (ExtendedHandle) new AdaptiveRecvByteBufAllocator(MIN, MIN, MAX_OF_TURN)
                        .maxMessagesPerRead(1)
                        .newHandle(),
                (ExtendedHandle) new AdaptiveRecvByteBufAllocator()
                        .maxMessagesPerRead(USUAL_READS)
                        .newHandle());
    }

    private final class Reading implements ExtendedHandle {
        private final ExtendedHandle few;
        private final ExtendedHandle usual;
        private ExtendedHandle now;

        Reading(ExtendedHandle few, ExtendedHandle usual) {
            this.few = few;
            this.usual = usual;
            this.now = few;
        }

        @Override
        public void reset(ChannelConfig config) {
            now = isLifted ? usual : few;
            now.reset(config);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return now.allocate(allocator);
        }

        @Override
        public int guess() {
            return now.guess();
        }

        @Override
        public void incMessagesRead(int messages) {
            now.incMessagesRead(messages);
        }

        @Override
        public void lastBytesRead(int bytes) {
            now.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return now.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            now.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return now.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return now.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier isMoreExpected) {
            return now.continueReading(isMoreExpected);
        }

        @Override
        public void readComplete() {
            now.readComplete();
        }
    }
}
