package io.policyengine.core.net;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;

/** A request that was created but not sent, because its call ended while the connection opened. */
public final class UnusedRequest {
    /** The error code of HTTP/2 by which a client ends a stream (RFC 9113 §7). */
    private static final long CANCEL = 8;

    private UnusedRequest() {}

    /**
     * Returns the request's stream to its connection. Vert.x loses a stream of HTTP/2 that is reset before its head is
     * sent: the connection then permanently has room for one stream less. So the head is sent first.
     */
    public static void discard(HttpClientRequest unused) {
        if (unused.version() == HttpVersion.HTTP_2) {
            unused.sendHead().onComplete(_ -> unused.reset(CANCEL));
        } else {
            unused.reset();
        }
    }
}
