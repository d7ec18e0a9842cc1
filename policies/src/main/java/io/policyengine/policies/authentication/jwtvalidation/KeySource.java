package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.vertx.core.Future;

interface KeySource {
    /**
     * Returns the known keys, or fetches keys if none are known; empty if none can be fetched. The future fails only on
     * overload, or when the call is cancelled.
     */
    Future<KeySet> keys(Call call);

    /**
     * Fetches the keys again, since a token may be signed by a newer key, and returns them. If a fetch has just run or
     * cannot run, the known keys are returned.
     */
    Future<KeySet> renewed(Call call);
}
