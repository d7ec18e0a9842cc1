package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.vertx.core.Future;

/** The keys of an issuer as they are now. */
interface KeySource {
    /** The keys: at once where some are held. Without any where there are none to be had; fails only as overload, or when the call is cancelled. */
    Future<KeySet> keys(Call call);

    /** The keys, looked for once more since a token may have a newer one; the same where that was done a moment ago, or is not possible. */
    Future<KeySet> renewed(Call call);
}
