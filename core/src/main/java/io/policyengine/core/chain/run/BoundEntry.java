package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A chain entry that is ready to run.
 *
 * @param name the entry's name within its route
 * @param onFailure the effect of a failure
 * @param onOverload the effect of a refusal because of overload
 * @param timeout time limit for the message, and for each chunk of a streamed body
 * @param bodyNeed how much of its phase's body the policy needs, and in which form
 * @param keepsRequestBody whether the policy receives the request body in the response phase
 * @param identity the request fields of a former identity, removed if the entry announces another identity
 * @param condition the condition under which the entry runs; null to run it always
 * @param observer notified of each run
 * @param shadow notified of each run of a shadow entry, whose results are not applied; null for an enforced entry
 */
public record BoundEntry(
        String name,
        String policyName,
        Policy policy,
        OnFailure onFailure,
        OnFailure onOverload,
        Duration timeout,
        BodyNeed bodyNeed,
        boolean keepsRequestBody,
        IdentityFields identity,
        @Nullable Expression<Boolean> condition,
        EntryObserver observer,
        @Nullable ShadowObserver shadow) {
    /** Creates a builder of an entry that always runs, has no observer, reads no body, and denies on failure. */
    public static Builder builder(String name, String policyName, Policy policy, Duration timeout) {
        return new Builder(name, policyName, policy, timeout);
    }

    OnFailure after(EntryFailure failure) {
        return failure.reaction(onFailure, onOverload);
    }

    /** Returns a copy that removes these request fields if it announces an identity. */
    public BoundEntry withIdentity(IdentityFields former) {
        return new BoundEntry(
                name,
                policyName,
                policy,
                onFailure,
                onOverload,
                timeout,
                bodyNeed,
                keepsRequestBody,
                former,
                condition,
                observer,
                shadow);
    }

    /** Returns a copy that is enforced and unconditional and has no observer. A failure of the copy ends the run. */
    BoundEntry alone() {
        return builder(name, policyName, policy, timeout)
                .body(bodyNeed, keepsRequestBody)
                .build();
    }

    /** Builds an entry. */
    public static final class Builder {
        private final String name;
        private final String policyName;
        private final Policy policy;
        private final Duration timeout;
        private OnFailure onFailure = OnFailure.DENY;
        private OnFailure onOverload = OnFailure.DENY;
        private BodyNeed bodyNeed = BodyNeed.NONE;
        private boolean keepsRequestBody;
        private @Nullable Expression<Boolean> condition;
        private EntryObserver observer = EntryObserver.NONE;
        private @Nullable ShadowObserver shadow;

        private Builder(String name, String policyName, Policy policy, Duration timeout) {
            this.name = name;
            this.policyName = policyName;
            this.policy = policy;
            this.timeout = timeout;
        }

        public Builder onFailure(OnFailure action) {
            onFailure = action;
            return this;
        }

        /** Sets the effect of a refusal because of overload. */
        public Builder onOverload(OnFailure action) {
            onOverload = action;
            return this;
        }

        /**
         * Sets how much of its phase's body the policy needs and in which form, and whether it receives the request
         * body in the response phase.
         */
        public Builder body(BodyNeed need, boolean ofRequestToo) {
            bodyNeed = need;
            keepsRequestBody = ofRequestToo;
            return this;
        }

        /** Sets the condition under which the entry runs; null to run it always. */
        public Builder condition(@Nullable Expression<Boolean> when) {
            condition = when;
            return this;
        }

        public Builder observer(EntryObserver ofRuns) {
            observer = ofRuns;
            return this;
        }

        /** Makes the entry a shadow entry, whose results are not applied; null for an enforced entry. */
        public Builder shadow(@Nullable ShadowObserver ofRuns) {
            shadow = ofRuns;
            return this;
        }

        public BoundEntry build() {
            return new BoundEntry(
                    name,
                    policyName,
                    policy,
                    onFailure,
                    onOverload,
                    timeout,
                    bodyNeed,
                    keepsRequestBody,
                    IdentityFields.none(),
                    condition,
                    observer,
                    shadow);
        }
    }
}
