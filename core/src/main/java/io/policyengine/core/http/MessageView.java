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

    V withHeaders(HeaderMap changed);

    V withBody(@Nullable Buffer changed);
}
