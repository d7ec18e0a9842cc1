package io.policyengine.testkit.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request that reached the provider, and the tokens billed for it. Input tokens are billed when the response begins.
 */
public final class ProviderExchange {
    private final String method;
    private final String uri;
    private final MultiMap headers;
    private final Buffer body;
    private final AtomicLong billed = new AtomicLong();
    private volatile boolean over;

    ProviderExchange(HttpServerRequest request, Buffer body) {
        this.method = request.method().name();
        this.uri = request.uri();
        this.headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        this.body = body;
    }

    public String method() {
        return method;
    }

    /** Returns the path of the request with its query. */
    public String uri() {
        return uri;
    }

    public MultiMap headers() {
        return headers;
    }

    public Buffer body() {
        return body;
    }

    /** Returns the input and output tokens billed so far. */
    public long billed() {
        return billed.get();
    }

    /** Returns whether the response or the connection has ended. */
    public boolean over() {
        return over;
    }

    void bill(long tokens) {
        billed.addAndGet(tokens);
    }

    void end() {
        over = true;
    }

    @Override
    public String toString() {
        return method + " " + uri + ", " + billed + " tokens billed";
    }
}
