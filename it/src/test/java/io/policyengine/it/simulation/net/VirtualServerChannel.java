package io.policyengine.it.simulation.net;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Listens in a {@link VirtualNetwork}. Like a real one it leaves a file, which its owner sets the mode of and removes. */
final class VirtualServerChannel extends AbstractServerChannel {
    private final VirtualNetwork network;
    private final ChannelConfig config = new DefaultChannelConfig(this);
    private @Nullable UnixDomainSocketAddress address;
    private boolean open = true;

    VirtualServerChannel(VirtualNetwork network) {
        this.network = network;
    }

    void accept(VirtualChannel accepted) {
        pipeline().fireChannelRead(accepted);
        pipeline().fireChannelReadComplete();
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws IOException {
        UnixDomainSocketAddress bound = (UnixDomainSocketAddress) localAddress;
        Path file = bound.getPath();
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        network.listen(bound, this);
        address = bound;
    }

    @Override
    protected void doClose() {
        open = false;
        if (address != null) {
            network.listenNoMore(address, this);
        }
    }

    @Override
    protected void doBeginRead() {}

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
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
        return open && address != null;
    }
}
