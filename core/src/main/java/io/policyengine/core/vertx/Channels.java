package io.policyengine.core.vertx;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/** Gives access to the Netty channels of HTTP connections, both of servers and of clients. */
public final class Channels {
    private Channels() {}

    public static Channel of(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }

    /** Returns the HTTP/2 handler of a connection, or null if the connection has another version of HTTP. */
    public static @Nullable Http2ConnectionHandler http2(HttpConnection connection) {
        return of(connection).pipeline().get(Http2ConnectionHandler.class);
    }
}
