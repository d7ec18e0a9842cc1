package io.policyengine.core.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The view that policies have of a message, for requests, responses and their trailers alike.
 *
 * @param <V> which of them it is
 */
public sealed interface MessageView<V extends MessageView<V>> permits RequestView, ResponseView, TrailersView {
    /** The header fields, without pseudo headers. */
    HeaderMap headers();

    /** The complete body if it was asked for, else null; not to be changed. */
    @Nullable
    Buffer body();

    /** Returns a copy with other headers. */
    V withHeaders(HeaderMap changed);

    /** Returns a copy with another body. */
    V withBody(@Nullable Buffer changed);
}
