package io.policyengine.core.policy;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;

/**
 * The input of a policy on trailers.
 *
 * @param trailers the fields with the changes of earlier policies; empty if Envoy created the trailers itself to pass
 *     metadata
 * @param response the response as sent, without its body; {@linkplain ResponseView#absentResponse absent} for the
 *     trailers of a request
 * @param request the request as sent upstream, without its body
 * @param originalRequest the request as the client sent it
 * @param metadata the metadata as all earlier policies left it
 * @param envoy the current metadata of Envoy's filters in the namespaces that the entry {@linkplain
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
    /** Creates a context without Envoy metadata. */
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
