package io.policyengine.it.simulation.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.policyengine.core.net.ProcessUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystems;
import java.util.ArrayDeque;
import java.util.Queue;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/** One end of a connection in a {@link VirtualNetwork}. What is written goes on the {@link Wire}; what arrives is read in order. */
final class VirtualChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final VirtualNetwork network;
    private final ChannelConfig config = new PeerIsUs(this);
    private final Queue<byte[]> arrived = new ArrayDeque<>();
    private @Nullable UnixDomainSocketAddress address;
    private @Nullable Wire outbound;
    private boolean open = true;
    private boolean readWanted;
    private boolean reading;
    private boolean endArrived;

    private VirtualChannel(VirtualNetwork network, @Nullable Channel parent) {
        super(parent);
        this.network = network;
    }

    static VirtualChannel client(VirtualNetwork network) {
        return new VirtualChannel(network, null);
    }

    static VirtualChannel accepted(VirtualNetwork network, VirtualServerChannel parent) {
        return new VirtualChannel(network, parent);
    }

    /** Connects it: what is written from now on goes on this wire. */
    void joins(UnixDomainSocketAddress server, Wire wire) {
        address = server;
        outbound = wire;
    }

    /** Bytes come in, or the end. */
    void arrive(byte @Nullable [] bytes) {
        if (!open) {
            return;
        }
        if (bytes == null) {
            endArrived = true;
        } else {
            arrived.add(bytes);
        }
        deliver();
    }

    private void deliver() {
        if (reading) {
            return;
        }
        reading = true;
        while (readWanted && !arrived.isEmpty()) {
            readWanted = false;
            for (byte[] bytes = arrived.poll(); bytes != null; bytes = arrived.poll()) {
                pipeline().fireChannelRead(Unpooled.wrappedBuffer(bytes));
            }
            pipeline().fireChannelReadComplete();
        }
        reading = false;
        if (endArrived && arrived.isEmpty() && open) {
            unsafe().close(unsafe().voidPromise());
        }
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
        if (!arrived.isEmpty() && !reading) {
            eventLoop().execute(this::deliver);
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        Wire wire = outbound;
        ByteBuf all = Unpooled.buffer((int) in.totalPendingWriteBytes());
        for (Object message = in.current(); message != null; message = in.current()) {
            if (wire == null || !open) {
                in.remove(new ClosedChannelException());
            } else {
                all.writeBytes((ByteBuf) message);
                in.remove();
            }
        }
        if (wire != null && all.isReadable()) {
            byte[] bytes = new byte[all.readableBytes()];
            all.readBytes(bytes);
            wire.send(bytes);
        }
    }

    @Override
    protected void doClose() {
        open = false;
        arrived.clear();
        if (outbound != null) {
            outbound.sendEnd();
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Connecting();
    }

    /** Tells that the other end is this process, as the system does of a Unix socket whose ends are both here. */
    private static final class PeerIsUs extends DefaultChannelConfig {
        private static final UnixDomainPrincipal US = us();

        PeerIsUs(VirtualChannel channel) {
            super(channel);
        }

        private static UnixDomainPrincipal us() {
            try {
                var users = FileSystems.getDefault().getUserPrincipalLookupService();
                return new UnixDomainPrincipal(
                        users.lookupPrincipalByName(String.valueOf(ProcessUser.uid())),
                        users.lookupPrincipalByGroupName("0"));
            } catch (IOException unknown) {
                throw new UncheckedIOException(unknown);
            }
        }

        @Override
        @SuppressWarnings("unchecked") // the option is of this type
        public <T> T getOption(ChannelOption<T> option) {
            return option.name().equals(ExtendedSocketOptions.SO_PEERCRED.name()) ? (T) US : super.getOption(option);
        }
    }

    private final class Connecting extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            network.connect(VirtualChannel.this, (UnixDomainSocketAddress) remote, connected -> {
                if (!open) {
                    promise.tryFailure(new ClosedChannelException());
                } else if (connected) {
                    promise.trySuccess();
                    pipeline().fireChannelActive();
                } else {
                    promise.tryFailure(new ConnectException("nobody listens at " + remote));
                    close(voidPromise());
                }
            });
        }
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return address;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return address;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && outbound != null;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
