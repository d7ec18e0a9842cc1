package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.policy.Call;
import io.vertx.core.Future;

/** A protocol in which an authorization service is asked. */
@FunctionalInterface
public interface AuthorizationProtocol {
    /**
     * Asks. Nothing is remembered.
     *
     * @return fails with a {@link io.policyengine.core.callout.CalloutException} if there is no answer, or none that can be read
     */
    Future<AuthorizationAnswer> ask(AuthorizationQuestion question, Call call);
}
