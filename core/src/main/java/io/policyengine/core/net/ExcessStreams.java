package io.policyengine.core.net;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;

/**
 * Keeps an HTTP/2 connection whose client opens more streams than SETTINGS_MAX_CONCURRENT_STREAMS, up to {@value
 * #TIMES} times as many.
 *
 * <p>Netty 4.2 refuses such a stream and forgets it at once. Frames that the client has sent on it meanwhile then end
 * the connection with all its streams (PROTOCOL_ERROR). The two sides count streams differently for a moment: a client
 * that has sent END_STREAM may open the next stream before the server's END_STREAM is sent. So Netty's limit is higher
 * than the announced one.
 */
public final class ExcessStreams {
    static final int TIMES = 2;

    private ExcessStreams() {}

    /**
     * Raises the limit. Call on the connection's event loop, before its first stream.
     *
     * @param told the limit announced to the client
     */
    public static void allow(HttpConnection connection, int told) {
        Http2ConnectionHandler handler = Channels.http2(connection);
        if (handler != null) {
            allow(handler.connection(), told);
        }
    }

    private static void allow(Http2Connection connection, int told) {
        int most = (int) Math.min(Integer.MAX_VALUE, (long) TIMES * told);
        connection.addListener(new Http2ConnectionAdapter() {
            // Netty sets its limit to the announced one when the client acknowledges the settings, at any time.
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
