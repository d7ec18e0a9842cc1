package io.policyengine.admin.page;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.stream.Collectors;

/** The refusal of a method that a path does not support (RFC 9110 §15.5.6). */
public final class MethodNotAllowed {
    /** The status of the response. */
    public static final int STATUS = 405;

    private MethodNotAllowed() {}

    /** Fails a request with {@value #STATUS}, and lists the methods that its path supports in {@code Allow}. */
    public static void fail(RoutingContext context, List<HttpMethod> allowed) {
        context.response()
                .putHeader(
                        HttpHeaderNames.ALLOW,
                        allowed.stream().map(HttpMethod::name).collect(Collectors.joining(", ")));
        context.fail(STATUS);
    }
}
