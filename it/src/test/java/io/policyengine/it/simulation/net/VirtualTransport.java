package io.policyengine.it.simulation.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.ThreadFactory;

/** Unix domain sockets of a {@link VirtualNetwork} for Vert.x; there is nothing else. */
@SuppressWarnings("deprecation") // Transport names a deprecated type
final class VirtualTransport implements Transport {
    private final VirtualLoop loop;
    private final VirtualNetwork network;

    VirtualTransport(VirtualLoop loop, VirtualNetwork network) {
        this.loop = loop;
        this.network = network;
    }

    @Override
    public boolean supportsDomainSockets() {
        return true;
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return UnixDomainSocketAddress.of(address.path());
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return SocketAddress.domainSocketAddress(
                ((UnixDomainSocketAddress) address).getPath().toString());
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return LocalIoHandler.newFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return loop;
    }

    @Override
    public DatagramChannel datagramChannel() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return () -> VirtualChannel.client(network);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return () -> new VirtualServerChannel(network);
    }

    /** There are no socket options. */
    @Override
    public void configure(
            ClientOptionsBase options, int timeout, boolean domainSocket, io.netty.bootstrap.Bootstrap bootstrap) {}

    /** There are no socket options. */
    @Override
    public void configure(
            NetServerOptions options, boolean domainSocket, io.netty.bootstrap.ServerBootstrap bootstrap) {}
}
