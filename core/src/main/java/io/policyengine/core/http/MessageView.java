package io.policyengine.core.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A policy's view of a message: a request, a response, or trailers.
 *
 * @param <V> the implementing view
 */
public sealed interface MessageView<V extends MessageView<V>> permits RequestView, ResponseView, TrailersView {
    /** The header fields, without pseudo headers. */
    HeaderMap headers();

    /** The complete body if the policy needs it, otherwise null. Must not be modified. */
    @Nullable
    Buffer body();

    /**
     * Returns whether the body is present and its length equals content-length, if the message has this field. The
     * length of a decoded body is not compared, since a truncated body cannot be decoded.
     */
    default boolean hasWholeBody() {
        Buffer body = body();
        String stated = headers().get("content-length");
        return body != null
                && (stated == null
                        || headers().getAll("content-encoding").stream()
                                .anyMatch(coding -> !coding.equalsIgnoreCase("identity"))
                        || stated.equals(Integer.toString(body.length())));
    }

    V withHeaders(HeaderMap changed);

    V withBody(@Nullable Buffer changed);
}
