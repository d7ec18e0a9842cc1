package io.policyengine.core.who;

import io.policyengine.core.policy.Phase;
import java.util.List;

/**
 * A set of circumstances in which a message passes without a guarantee.
 *
 * @param causes sorted; empty if messages always pass without the guarantee
 * @param conditions the values that conditions of entries must have
 */
public record Way(List<Cause> causes, List<Condition> conditions) {
    /**
     * The value of an entry's condition.
     *
     * @param entry index in its flow
     * @param identity index of the request entry that has provided the identity when the condition is evaluated, or
     *     {@link RouteAnswer#ANYONE}
     * @param original whether the condition reads only values that the client has sent, and the identity
     */
    public record Condition(Phase phase, int entry, boolean value, int identity, boolean original) {
        /** Returns whether the request has an identity when the condition is evaluated. */
        public boolean identified() {
            return identity != RouteAnswer.ANYONE;
        }
    }

    public Way {
        causes = List.copyOf(causes);
        conditions = List.copyOf(conditions);
    }

    /** Returns whether the chain is too large to be analyzed, so that the way is only assumed. */
    public boolean isUndecided() {
        return causes.stream().anyMatch(cause -> cause.kind() == Cause.Kind.UNDECIDED);
    }

    /** Returns whether each circumstance of the other way is also one of this way. */
    boolean includes(Way other) {
        return Cause.areAllIn(other.causes, causes);
    }
}
