package io.policyengine.e2e.attack;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The attackers' end of TCP: all on one thread, so that they take little from whom they attack. */
final class Sockets implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int ADDRESSES = 200;

    /** Octets that the system keeps for one that does not read: as few as it lets one ask for. */
    private static final int LITTLE_ROOM = 2_048;

    private final List<Wave> waves = new ArrayList<>();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** Opens connections at once; each says this when it is open. */
    Wave open(int port, int connections, byte[] says) {
        return start(new Wave(this, port, connections, says), connections);
    }

    /** Likewise, from many addresses. */
    Wave openFromMany(int port, int connections, byte[] says) {
        return start(new Wave(this, port, connections, says).fromMany(), connections);
    }

    /** Opens connections that read nothing of what they are answered. */
    Wave openDeaf(int port, int connections, byte[] says) {
        return start(new Wave(this, port, connections, says).deaf(), connections);
    }

    /** Opens one connection after another, so many at a time: the next when one was closed by the other side. */
    Wave flood(int port, int connections, int atATime, byte[] says) {
        return start(new Wave(this, port, connections, says), atATime);
    }

    /** Likewise, from many addresses. */
    Wave floodFromMany(int port, int connections, int atATime, byte[] says) {
        return start(new Wave(this, port, connections, says).fromMany(), atATime);
    }

    private Wave start(Wave wave, int atATime) {
        waves.add(wave);
        for (int i = 0; i < atATime; i++) {
            wave.openNext();
        }
        return wave;
    }

    void connect(Wave wave, int number) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.AUTO_READ, !wave.isDeaf())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(wave.connection());
                    }
                });
        if (wave.isDeaf()) {
            bootstrap.option(ChannelOption.SO_RCVBUF, LITTLE_ROOM);
        }
        SocketAddress from =
                new InetSocketAddress(wave.isFromMany() ? "127.0.1." + (1 + number % ADDRESSES) : "127.0.0.1", 0);
        bootstrap
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), wave.port()), from)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        wave.failed();
                    }
                });
    }

    /** Closes what an attack that has failed has left open. */
    void closeWaves() {
        waves.forEach(Wave::close);
        waves.clear();
    }

    /** Runs an action again and again. */
    Future<?> every(long millis, Runnable action) {
        return loop.scheduleAtFixedRate(action, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
