package io.policyengine.core.policy;

import io.policyengine.core.http.RequestView;
import org.jspecify.annotations.Nullable;

/**
 * The input of a policy on a request.
 *
 * @param request the request with the changes of earlier policies
 * @param metadata the metadata as earlier policies left it
 * @param token the token with which an earlier policy of the same worker authenticated the client, or null; not
 *     available while a body is streamed
 * @param envoy the metadata of Envoy's filters in the namespaces that the entry {@linkplain EntryFacts#readingMetadata
 *     reads}
 */
public record RequestContext(
        RequestView request,
        Metadata metadata,
        Call call,
        @Nullable ValidatedToken token,
        EnvoyMetadata envoy) {
    /** Creates a context without a token and Envoy metadata. */
    public RequestContext(RequestView request, Metadata metadata, Call call) {
        this(request, metadata, call, null, EnvoyMetadata.empty());
    }

    /** Creates a context without Envoy metadata. */
    public RequestContext(RequestView request, Metadata metadata, Call call, @Nullable ValidatedToken token) {
        this(request, metadata, call, token, EnvoyMetadata.empty());
    }

    /** Creates a context without a token. */
    public RequestContext(RequestView request, Metadata metadata, Call call, EnvoyMetadata envoy) {
        this(request, metadata, call, null, envoy);
    }

    public RequestContext withCall(Call other) {
        return new RequestContext(request, metadata, other, token, envoy);
    }

    public RequestContext withRequest(RequestView other) {
        return new RequestContext(other, metadata, call, token, envoy);
    }
}
