package io.policyengine.core.vertx;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetClientInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.Metrics;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A Vert.x instance whose TCP clients install a handler on each connection, in front of Vert.x's own. Clients that open
 * connections themselves, such as the Redis client, offer no other way to install a handler.
 */
public final class GuardedNet extends VertxWrapper {
    private final Supplier<ChannelHandler> guards;

    private GuardedNet(VertxInternal delegate, Supplier<ChannelHandler> guards) {
        super(delegate);
        this.guards = guards;
    }

    /**
     * Returns a wrapper of the Vert.x instance with a handler on each connection.
     *
     * @param guards creates the handler of a connection
     */
    public static Vertx of(Vertx vertx, Supplier<ChannelHandler> guards) {
        return new GuardedNet((VertxInternal) vertx, guards);
    }

    @Override
    public NetClient createNetClient(NetClientOptions options) {
        return new Guarded(delegate, (NetClientInternal) delegate.createNetClient(options), guards);
    }

    private record Guarded(VertxInternal vertx, NetClientInternal client, Supplier<ChannelHandler> guards)
            implements NetClientInternal {
        @Override
        public void connectInternal(ConnectOptions options, Promise<NetSocket> connected, ContextInternal context) {
            Promise<NetSocket> bare = context.promise();
            bare.future().map(this::guard).onComplete(connected);
            client.connectInternal(options, bare, context);
        }

        /** Installs the handler on the event loop when the connection opens, before any byte is read. */
        private NetSocket guard(NetSocket socket) {
            ChannelHandlerContext last = ((NetSocketInternal) socket).channelHandlerContext();
            last.pipeline().addBefore(last.name(), "guard", guards.get());
            return socket;
        }

        @Override
        public Future<NetSocket> connect(ConnectOptions options) {
            ContextInternal context = vertx.getOrCreateContext();
            Promise<NetSocket> connected = context.promise();
            context.runOnContext(_ -> client.connect(options).map(this::guard).onComplete(connected));
            return connected.future();
        }

        @Override
        public Future<NetSocket> connect(int port, String host) {
            return connect(new ConnectOptions().setPort(port).setHost(host));
        }

        @Override
        public Future<NetSocket> connect(int port, String host, String serverName) {
            return connect(new ConnectOptions().setPort(port).setHost(host).setSniServerName(serverName));
        }

        @Override
        public Future<NetSocket> connect(SocketAddress address) {
            return connect(new ConnectOptions().setRemoteAddress(address));
        }

        @Override
        public Future<NetSocket> connect(SocketAddress address, String serverName) {
            return connect(new ConnectOptions().setRemoteAddress(address).setSniServerName(serverName));
        }

        @Override
        public Future<Void> shutdown(long timeout, TimeUnit unit) {
            return client.shutdown(timeout, unit);
        }

        @Override
        public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
            return client.updateSSLOptions(options, force);
        }

        @Override
        public Future<Void> closeFuture() {
            return client.closeFuture();
        }

        @Override
        public void close(Completable<Void> closed) {
            client.close(closed);
        }

        @Override
        public boolean isMetricsEnabled() {
            return client.isMetricsEnabled();
        }

        @Override
        public Metrics getMetrics() {
            return client.getMetrics();
        }
    }
}
