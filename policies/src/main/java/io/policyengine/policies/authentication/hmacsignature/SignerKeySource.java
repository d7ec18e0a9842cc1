package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.vertx.core.Future;
import java.util.Optional;

@FunctionalInterface
interface SignerKeySource {
    /** Returns the key that the claim names; empty if it is unknown or cannot be fetched. Never fails. */
    Future<Optional<SignerKey>> find(Claim claim, RequestComponents request, Call call);
}
