package io.policyengine.core.net;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;

/**
 * Keeps an HTTP/2 connection open if its client opens more streams than SETTINGS_MAX_CONCURRENT_STREAMS permits, up to
 * {@value #TIMES} times as many.
 *
 * <p>Netty 4.2 refuses an excess stream and forgets it at once. Further frames of the stream, if the client has already
 * sent some, end the connection with all its streams (PROTOCOL_ERROR). A well-behaved client can briefly exceed the
 * limit: after sending END_STREAM it may open the next stream before the server has sent its own END_STREAM. So Netty's
 * limit is set higher than the announced one.
 */
public final class ExcessStreams {
    static final int TIMES = 2;

    private ExcessStreams() {}

    /**
     * Raises Netty's limit of streams. Call on the connection's event loop, before its first stream.
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
