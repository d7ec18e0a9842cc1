package io.policyengine.core.net;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;

/** Evaluates all GOAWAY frames that a connection's peer has sent. Vert.x reports only the first one. */
public final class GoAways {
    private GoAways() {}

    /**
     * Returns whether a received GOAWAY frame excludes a stream, so that the peer has processed nothing on it (RFC 9113
     * §6.8). Call on the connection's event loop.
     *
     * @param streamId id of a stream that this side opened
     */
    public static boolean passOver(HttpConnection connection, int streamId) {
        Http2ConnectionHandler handler = Channels.http2(connection);
        if (handler == null) {
            return false;
        }
        Http2Connection known = handler.connection();
        return known.goAwayReceived() && streamId > known.local().lastStreamKnownByPeer();
    }
}
