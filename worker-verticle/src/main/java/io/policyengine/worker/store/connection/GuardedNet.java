package io.policyengine.worker.store.connection;

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

/** A Vert.x whose client connections have a {@link ReplyGuard}: Vert.x's client for Redis has no bound of its own for replies. */
final class GuardedNet extends VertxWrapper {
    private GuardedNet(VertxInternal delegate) {
        super(delegate);
    }

    /** Returns the Vert.x instance with guarded connections. */
    static Vertx of(VertxInternal vertx) {
        return new GuardedNet(vertx);
    }

    @Override
    public NetClient createNetClient(NetClientOptions options) {
        return new Guarded((NetClientInternal) delegate.createNetClient(options));
    }

    private record Guarded(NetClientInternal client) implements NetClientInternal {
        @Override
        public void connectInternal(ConnectOptions options, Promise<NetSocket> connected, ContextInternal context) {
            Promise<NetSocket> bare = context.promise();
            client.connectInternal(options, bare, context);
            bare.future().map(Guarded::guard).onComplete(connected);
        }

        private static NetSocket guard(NetSocket socket) {
            ChannelHandlerContext last = ((NetSocketInternal) socket).channelHandlerContext();
            last.pipeline().addBefore(last.name(), "replies", new ReplyGuard());
            return socket;
        }

        @Override
        public Future<NetSocket> connect(ConnectOptions options) {
            return client.connect(options).map(Guarded::guard);
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
