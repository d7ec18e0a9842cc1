package io.policyengine.core.policy;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;

/**
 * The input of a response policy.
 *
 * @param response with the effect of earlier policies
 * @param request as sent upstream; with its body, possibly empty, for policies that {@linkplain
 *     PolicyDescriptor#keepsRequestBody declare} that they read it, else without
 * @param originalRequest as the client sent it
 * @param metadata left by the request policies and earlier response policies
 * @param envoy the metadata of Envoy's filters so far in the namespaces that the entry {@linkplain
 *     EntryFacts#readingMetadata reads}
 */
public record ResponseContext(
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata,
        Call call,
        EnvoyMetadata envoy) {
    /** Creates a context without metadata of Envoy's. */
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
