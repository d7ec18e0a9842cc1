package io.policyengine.core.vertx;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x transport, native if available, that adds a handler to each server channel. The handler receives every
 * accepted connection before any memory is allocated for the connection. Vert.x itself reports a connection only once
 * its HTTP version is known.
 *
 * @param implementation the transport that Vert.x uses
 */
public record AcceptTransport(String name, io.vertx.core.spi.transport.Transport implementation) implements Transport {
    /**
     * Returns the native transport of this machine, or NIO if there is none.
     *
     * @param handlers creates the handler of a server channel
     */
    public static AcceptTransport ofMachine(Supplier<ChannelHandler> handlers) {
        return Transport.EPOLL != null && Transport.EPOLL.available() ? epoll(handlers) : nio(handlers);
    }

    private static AcceptTransport epoll(Supplier<ChannelHandler> handlers) {
        return new AcceptTransport(Transport.EPOLL.name(), new EpollTransport() {
            @Override
            public void configure(NetServerOptions options, boolean isUnix, ServerBootstrap server) {
                super.configure(options, isUnix, server);
                server.handler(handlers.get());
            }
        });
    }

    /**
     * Returns the NIO transport, which runs on every machine.
     *
     * @param handlers creates the handler of a server channel
     */
    public static AcceptTransport nio(Supplier<ChannelHandler> handlers) {
        return new AcceptTransport(Transport.NIO.name(), new NioTransport() {
            @Override
            public void configure(NetServerOptions options, boolean isUnix, ServerBootstrap server) {
                super.configure(options, isUnix, server);
                server.handler(handlers.get());
            }
        });
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }
}
