package io.policyengine.core.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The trailers of a message as a policy sees them, with the changes of earlier policies.
 *
 * @param headers the fields; empty if Envoy created the trailers itself to pass metadata
 */
public record TrailersView(HeaderMap headers) implements MessageView<TrailersView> {
    /** Always null, because the body has already been sent. */
    @Override
    public @Nullable Buffer body() {
        return null;
    }

    @Override
    public TrailersView withHeaders(HeaderMap changed) {
        return new TrailersView(changed);
    }

    /** Returns this view: trailers have no body. */
    @Override
    public TrailersView withBody(@Nullable Buffer changed) {
        return this;
    }
}
