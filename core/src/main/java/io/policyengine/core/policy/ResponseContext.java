package io.policyengine.core.policy;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;

/**
 * The input of a policy on a response.
 *
 * @param response the response with the changes of earlier policies
 * @param request the request as sent upstream. Its body, which may be empty, is present only if the policy {@linkplain
 *     PolicyDescriptor#keepsRequestBody declares} that it reads it
 * @param originalRequest the request as the client sent it
 * @param metadata the metadata as the request policies and earlier response policies left it
 * @param envoy the current metadata of Envoy's filters in the namespaces that the entry {@linkplain
 *     EntryFacts#readingMetadata reads}
 */
public record ResponseContext(
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata,
        Call call,
        EnvoyMetadata envoy) {
    /** Creates a context without Envoy metadata. */
    public ResponseContext(
            ResponseView response, RequestView request, RequestView originalRequest, Metadata metadata, Call call) {
        this(response, request, originalRequest, metadata, call, EnvoyMetadata.empty());
    }

    public ResponseContext withCall(Call other) {
        return new ResponseContext(response, request, originalRequest, metadata, other, envoy);
    }

    public ResponseContext withResponse(ResponseView other) {
        return new ResponseContext(other, request, originalRequest, metadata, call, envoy);
    }

    public ResponseContext withRequest(RequestView other) {
        return new ResponseContext(response, other, originalRequest, metadata, call, envoy);
    }
}
