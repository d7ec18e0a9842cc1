package io.policyengine.core.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;

/**
 * All that a policy sees when the trailers of a message have come.
 *
 * @param trailers the fields, with the effect of the policies before; none where Envoy made the trailers itself to hand over metadata
 * @param response as it has passed, without its body; {@linkplain ResponseView#absentResponse absent} for the trailers of a request
 * @param request as it was sent upstream, without its body
 * @param originalRequest as the client sent it
 * @param metadata what all policies left up to here
 * @param envoy what Envoy's filters left so far in the namespaces that the policy's entry {@linkplain EntryFacts#readingMetadata reads}
 */
public record TrailersContext(
        HeaderMap trailers,
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata,
        Call call,
        EnvoyMetadata envoy) {
    /** Without metadata of Envoy's. */
    public TrailersContext(
            HeaderMap trailers,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            Metadata metadata,
            Call call) {
        this(trailers, response, request, originalRequest, metadata, call, EnvoyMetadata.empty());
    }

    /** The same in another call. */
    public TrailersContext withCall(Call other) {
        return new TrailersContext(trailers, response, request, originalRequest, metadata, other, envoy);
    }
}
