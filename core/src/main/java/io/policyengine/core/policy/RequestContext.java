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
 * @param envoy what Envoy's filters left in the namespaces that the policy's entry {@linkplain EntryFacts#readingMetadata reads}
 */
public record RequestContext(
        RequestView request,
        Metadata metadata,
        Call call,
        @Nullable ValidatedToken token,
        EnvoyMetadata envoy) {
    /** Without a token, and without metadata of Envoy's. */
    public RequestContext(RequestView request, Metadata metadata, Call call) {
        this(request, metadata, call, null, EnvoyMetadata.empty());
    }

    /** Without metadata of Envoy's. */
    public RequestContext(RequestView request, Metadata metadata, Call call, @Nullable ValidatedToken token) {
        this(request, metadata, call, token, EnvoyMetadata.empty());
    }

    /** Without a token. */
    public RequestContext(RequestView request, Metadata metadata, Call call, EnvoyMetadata envoy) {
        this(request, metadata, call, null, envoy);
    }

    /** The same in another call. */
    public RequestContext withCall(Call other) {
        return new RequestContext(request, metadata, other, token, envoy);
    }

    /** The same on another request. */
    public RequestContext withRequest(RequestView other) {
        return new RequestContext(other, metadata, call, token, envoy);
    }
}
