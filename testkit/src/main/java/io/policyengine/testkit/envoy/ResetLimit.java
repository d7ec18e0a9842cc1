package io.policyengine.testkit.envoy;

import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Field;
import java.util.Objects;

/**
 * Removes Netty's limit of 200 resets per connection in 30 s, since a connection would end after 200 exchanges. Envoy
 * has no such limit, and Vert.x's client has no option for it.
 */
final class ResetLimit {
    private ResetLimit() {}

    static void lift(HttpConnection connection) {
        Http2ConnectionHandler handler = Objects.requireNonNull(Channels.http2(connection), "HTTP/2");
        Http2ConnectionEncoder encoder = handler.encoder();
        try {
            // With a window of length zero, the count restarts at every reset.
            Field window = encoder.getClass().getDeclaredField("nanosPerWindow");
            window.setAccessible(true);
            window.setLong(encoder, 0);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Netty has no field nanosPerWindow for its limit of resets", e);
        }
    }
}
