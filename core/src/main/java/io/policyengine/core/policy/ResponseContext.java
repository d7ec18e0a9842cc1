package io.policyengine.core.policy;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;

/**
 * All that a response policy sees.
 *
 * @param response with the effect of the policies before
 * @param request as it was sent upstream; with its body, which is empty if it had none, for policies that {@linkplain
 *     PolicyDescriptor#keepsRequestBody declare} that they look at it, else without
 * @param originalRequest as the client sent it
 * @param metadata what the request policies, and the response policies before, left
 * @param envoy what Envoy's filters left so far in the namespaces that the policy's entry {@linkplain EntryFacts#readingMetadata reads}
 */
public record ResponseContext(
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata,
        Call call,
        EnvoyMetadata envoy) {
    /** Without metadata of Envoy's. */
    public ResponseContext(
            ResponseView response, RequestView request, RequestView originalRequest, Metadata metadata, Call call) {
        this(response, request, originalRequest, metadata, call, EnvoyMetadata.empty());
    }

    /** The same in another call. */
    public ResponseContext withCall(Call other) {
        return new ResponseContext(response, request, originalRequest, metadata, other, envoy);
    }

    /** The same on another response. */
    public ResponseContext withResponse(ResponseView other) {
        return new ResponseContext(other, request, originalRequest, metadata, call, envoy);
    }

    /** The same, of another request upstream. */
    public ResponseContext withRequest(RequestView other) {
        return new ResponseContext(response, other, originalRequest, metadata, call, envoy);
    }
}
