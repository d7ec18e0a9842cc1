package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.policy.Call;
import io.vertx.core.Future;

/** A protocol of authorization services. */
@FunctionalInterface
public interface AuthorizationProtocol {
    /**
     * Requests a decision from the service, without a cache.
     *
     * @return the answer; fails with {@link io.policyengine.core.callout.CalloutException} if the service gives none
     */
    Future<AuthorizationAnswer> ask(AuthorizationQuestion question, Call call);
}
