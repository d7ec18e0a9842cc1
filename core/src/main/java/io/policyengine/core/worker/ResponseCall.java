package io.policyengine.core.worker;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;

/**
 * Runs a prepared chain of the response phase, or entries of it.
 *
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param request as it was sent upstream
 * @param originalRequest as the client sent it
 */
public record ResponseCall(
        Call call,
        long chainId,
        int firstEntry,
        int endEntry,
        ResponseView response,
        RequestView request,
        RequestView originalRequest,
        Metadata metadata) {}
