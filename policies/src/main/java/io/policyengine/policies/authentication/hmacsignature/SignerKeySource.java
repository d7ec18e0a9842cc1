package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.vertx.core.Future;
import java.util.Optional;

interface SignerKeySource {
    /** Returns the key that the claim names; empty if it is unknown or cannot be fetched. Never fails. */
    Future<Optional<SignerKey>> find(Claim claim, RequestComponents request, Call call);

    /** Returns whether the source may know a key with this id. */
    boolean mayKnow(String keyId);
}
