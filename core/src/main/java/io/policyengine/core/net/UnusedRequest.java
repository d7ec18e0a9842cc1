package io.policyengine.core.net;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Discards HTTP requests that were created but never sent, because their call ended while the connection was being
 * opened.
 */
public final class UnusedRequest {
    /** The HTTP/2 error code with which a client cancels a stream (RFC 9113 §7). */
    private static final long CANCEL = 8;

    private UnusedRequest() {}

    /**
     * Releases the stream of an unused request. If an HTTP/2 stream is reset before its headers are sent, Vert.x loses
     * it: the connection then permanently has room for one stream less. So the headers are sent first.
     */
    public static void discard(HttpClientRequest unused) {
        if (unused.version() == HttpVersion.HTTP_2) {
            unused.sendHead().onComplete(_ -> unused.reset(CANCEL));
        } else {
            unused.reset();
        }
    }
}
