package io.policyengine.core.worker;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;

/**
 * Runs a prepared chain of the request phase, or entries of it.
 *
 * @param firstEntry index of the first entry to run
 * @param endEntry index after the last entry to run
 * @param endFollows whether an entry is to be told how the exchange ends
 */
public record RequestCall(
        Call call,
        long chainId,
        int firstEntry,
        int endEntry,
        RequestView request,
        Metadata metadata,
        boolean endFollows) {
    /** A call whose entries do not care how the exchange ends. */
    public RequestCall(Call call, long chainId, int firstEntry, int endEntry, RequestView request, Metadata metadata) {
        this(call, chainId, firstEntry, endEntry, request, metadata, false);
    }
}
