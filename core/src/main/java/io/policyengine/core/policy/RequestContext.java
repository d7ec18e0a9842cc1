package io.policyengine.core.policy;

import io.policyengine.core.http.RequestView;

/**
 * All that a request policy sees.
 *
 * @param request with the effect of the policies before
 * @param metadata what the policies before left
 */
public record RequestContext(RequestView request, Metadata metadata, Call call) {}
