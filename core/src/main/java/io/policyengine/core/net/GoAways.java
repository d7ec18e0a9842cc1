package io.policyengine.core.net;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** The words of a peer that goes away about the streams of a connection. Vert.x tells of the first GOAWAY alone. */
public final class GoAways {
    private GoAways() {}

    /**
     * True if the peer has named an earlier stream as the last that it has taken up, or will (RFC 9113 §6.8): nothing that was sent on this
     * one was processed. Called on the connection's event loop.
     *
     * @param streamId of a stream that was opened on this side
     */
    public static boolean passOver(HttpConnection connection, int streamId) {
        Http2ConnectionHandler handler =
                ((ConnectionBase) connection).channel().pipeline().get(Http2ConnectionHandler.class);
        if (handler == null) {
            return false;
        }
        Http2Connection known = handler.connection();
        return known.goAwayReceived() && streamId > known.local().lastStreamKnownByPeer();
    }
}
