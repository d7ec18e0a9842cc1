package io.policyengine.core.policy;

import io.policyengine.core.http.RequestView;
import org.jspecify.annotations.Nullable;

/**
 * All that a request policy sees.
 *
 * @param request with the effect of the policies before
 * @param metadata what the policies before left
 * @param token by which a policy before, of the same worker, has authenticated the client; null if by none. Streamed bodies are not
 *     shown it
 */
public record RequestContext(
        RequestView request,
        Metadata metadata,
        Call call,
        @Nullable ValidatedToken token) {
    /** Without a token. */
    public RequestContext(RequestView request, Metadata metadata, Call call) {
        this(request, metadata, call, null);
    }
}
