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
 */
public record ResponseContext(
        ResponseView response, RequestView request, RequestView originalRequest, Metadata metadata, Call call) {}
