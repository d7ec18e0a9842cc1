package io.policyengine.core.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;

/**
 * The input of a policy for trailers.
 *
 * @param trailers the fields, with the effect of earlier policies; none if Envoy created the trailers itself to pass
 *     metadata
 * @param response as it has passed, without its body; {@linkplain ResponseView#absentResponse absent} for the trailers
 *     of a request
 * @param request as sent upstream, without its body
 * @param originalRequest as the client sent it
 * @param metadata left by all policies so far
 * @param envoy the metadata of Envoy's filters so far in the namespaces that the entry {@linkplain
 *     EntryFacts#readingMetadata reads}
 */
public record TrailersContext(
        HeaderMap trailers,
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata,
        Call call,
        EnvoyMetadata envoy) {
    /** Creates a context without metadata of Envoy's. */
    public TrailersContext(
            HeaderMap trailers,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            Metadata metadata,
            Call call) {
        this(trailers, response, request, originalRequest, metadata, call, EnvoyMetadata.empty());
    }

    public TrailersContext withCall(Call other) {
        return new TrailersContext(trailers, response, request, originalRequest, metadata, other, envoy);
    }
}
