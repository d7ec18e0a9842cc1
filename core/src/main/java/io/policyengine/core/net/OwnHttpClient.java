package io.policyengine.core.net;

import io.vertx.core.http.HttpClientOptions;
import java.util.concurrent.atomic.AtomicLong;

/** Creates options of HTTP clients that are created and closed while their Vert.x instance runs. */
public final class OwnHttpClient {
    private static final AtomicLong CREATED = new AtomicLong();

    private OwnHttpClient() {}

    /**
     * Returns options of a shared client. Vert.x would keep an unshared client in memory until Vert.x itself is closed,
     * even after the client was closed.
     */
    public static HttpClientOptions options() {
        // Its unique name keeps it from being shared in fact.
        return new HttpClientOptions().setShared(true).setName("own-" + CREATED.incrementAndGet());
    }
}
