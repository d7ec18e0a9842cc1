package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.policy.Call;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.vertx.core.Future;
import java.util.Optional;

/** A place where keys come from. */
@FunctionalInterface
interface SignerKeySource {
    /** The key that the claim names, if it is known here. Never fails: a key that cannot be had is not known. */
    Future<Optional<SignerKey>> find(Claim claim, RequestComponents request, Call call);
}
