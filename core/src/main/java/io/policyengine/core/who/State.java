package io.policyengine.core.who;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A possible state of a message between two entries, in the simulation of a flow ({@link AbstractRun}).
 *
 * @param identity index of the entry that provided the identity, or {@link #NONE}
 * @param causes the circumstances that led here, sorted
 * @param requirements the values that conditions had on the way, by entry
 * @param changedBy the entries that may have changed values that later conditions read, as bits, or {@link
 *     #ANY_CHANGES}
 */
record State(int identity, List<Cause> causes, List<Requirement> requirements, BigInteger changedBy) {
    static final int NONE = -1;

    /** The value of {@code changedBy} if it is no longer known which entries changed the request. */
    private static final BigInteger ANY_CHANGES = BigInteger.ONE.negate();

    /** The state of a request before the first entry. */
    static final State START = new State(NONE, List.of(), List.of(), BigInteger.ZERO);

    State {
        causes = List.copyOf(causes);
        requirements = List.copyOf(requirements);
    }

    State because(Cause cause) {
        var more = new TreeSet<>(causes);
        more.add(cause);
        return new State(identity, List.copyOf(more), requirements, changedBy);
    }

    /**
     * Returns the state with another identity. If an identity is added, the causes of its absence no longer matter and
     * may be dropped.
     */
    State by(int entry, boolean forgetCauses) {
        return new State(entry, forgetCauses ? List.of() : causes, requirements, changedBy);
    }

    State requiring(Requirement requirement) {
        var more = new ArrayList<>(requirements);
        more.add(requirement);
        return new State(identity, causes, more, changedBy);
    }

    State withoutRequirements() {
        return new State(identity, causes, List.of(), changedBy);
    }

    /** Returns a copy without the values of conditions, and without knowledge of what entries have changed. */
    State withoutConditions() {
        return new State(identity, causes, List.of(), ANY_CHANGES);
    }

    boolean hasForgottenChanges() {
        return changedBy.equals(ANY_CHANGES);
    }

    /** The number of causes and requirements in the state, as a measure of the work to compare it. */
    int weight() {
        return causes.size() + requirements.size();
    }

    State changed(int entry) {
        return new State(identity, causes, requirements, changedBy.setBit(entry));
    }

    /**
     * Returns whether every continuation of the other state is also possible from this state, without additional
     * causes.
     */
    boolean covers(State other) {
        return identity == other.identity
                && changedBy.equals(other.changedBy)
                && causes.size() <= other.causes.size()
                && requirements.size() <= other.requirements.size()
                && Cause.areAllIn(causes, other.causes)
                && areAllIn(requirements, other.requirements);
    }

    /** Returns whether {@code others} contains all of {@code some}. Both lists are in the order of the entries. */
    private static boolean areAllIn(List<Requirement> some, List<Requirement> others) {
        int at = 0;
        for (Requirement other : others) {
            if (at < some.size() && some.get(at).entry() == other.entry()) {
                if (!some.get(at).equals(other)) {
                    return false;
                }
                at++;
            }
        }
        return at == some.size();
    }
}
