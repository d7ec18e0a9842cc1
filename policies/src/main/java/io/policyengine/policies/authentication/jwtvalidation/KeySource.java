package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.vertx.core.Future;

interface KeySource {
    /**
     * Returns the keys, at once if any are known. Empty if none can be had; fails only as overload, or when the call is
     * cancelled.
     */
    Future<KeySet> keys(Call call);

    /**
     * Returns the keys after another fetch, since a token may have a newer one; unchanged if that was just done, or is
     * impossible.
     */
    Future<KeySet> renewed(Call call);
}
