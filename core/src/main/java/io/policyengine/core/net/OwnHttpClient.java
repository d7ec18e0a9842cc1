package io.policyengine.core.net;

import io.vertx.core.http.HttpClientOptions;
import java.util.concurrent.atomic.AtomicLong;

/** An HTTP client that comes and goes while Vert.x stays. */
public final class OwnHttpClient {
    private static final AtomicLong CREATED = new AtomicLong();

    private OwnHttpClient() {}

    /** Options of a client of which nothing is left when it was closed: Vert.x holds one that is not shared until it is closed itself. */
    public static HttpClientOptions options() {
        // Under a name of its own it is shared with nobody.
        return new HttpClientOptions().setShared(true).setName("own-" + CREATED.incrementAndGet());
    }
}
