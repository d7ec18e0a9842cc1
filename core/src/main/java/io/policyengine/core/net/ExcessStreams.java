package io.policyengine.core.net;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Keeps an HTTP/2 connection on which the client opens more streams than SETTINGS_MAX_CONCURRENT_STREAMS says, up to {@value #TIMES} times
 * as many.
 *
 * <p>Netty 4.2 refuses such a stream and forgets it at once; what the client has sent on it before it hears of that is then taken for a
 * frame of a stream that never was, and ends the connection with everything on it (PROTOCOL_ERROR). Whether a stream counts is not the same
 * on both sides at the same time: a client that has sent its END_STREAM may open the next one while the server's has not left yet. So the
 * limit that Netty keeps is higher than the one that the client is told.
 */
public final class ExcessStreams {
    static final int TIMES = 2;

    private ExcessStreams() {}

    /**
     * Lets more streams in. To be called on the connection's event loop, before its first stream.
     *
     * @param told the limit that the client is told
     */
    public static void allow(HttpConnection connection, int told) {
        Http2ConnectionHandler handler =
                ((ConnectionBase) connection).channel().pipeline().get(Http2ConnectionHandler.class);
        if (handler != null) {
            allow(handler.connection(), told);
        }
    }

    private static void allow(Http2Connection connection, int told) {
        int most = (int) Math.min(Integer.MAX_VALUE, (long) TIMES * told);
        connection.addListener(new Http2ConnectionAdapter() {
            // Netty sets its limit to that of the settings when the client has acknowledged them, at whatever time that
            // is.
            @Override
            public void onStreamActive(Http2Stream stream) {
                Http2Connection.Endpoint<?> client = connection.remote();
                if (client.maxActiveStreams() == told) {
                    client.maxActiveStreams(most);
                }
            }
        });
    }
}
