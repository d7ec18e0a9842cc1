package io.policyengine.testkit.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request that has reached the provider, and its billed tokens: those of the input from the first byte of the
 * response on.
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

    /** The method. */
    public String method() {
        return method;
    }

    /** Path and query. */
    public String uri() {
        return uri;
    }

    /** The fields. */
    public MultiMap headers() {
        return headers;
    }

    /** The body. */
    public Buffer body() {
        return body;
    }

    /** Tokens of input and output that it has taken so far. */
    public long billed() {
        return billed.get();
    }

    /** True once the answer has ended, or the connection. */
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
