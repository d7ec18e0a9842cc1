package io.policyengine.core.who;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A state of a request between two entries of the abstract run.
 *
 * @param identity index of the entry that provided the identity, or {@link #NONE}
 * @param causes the circumstances that led here, sorted
 * @param requirements the values that conditions had on the way
 * @param changedBy the entries that may have changed what later conditions read, as bits
 */
record State(int identity, List<Cause> causes, List<Requirement> requirements, BigInteger changedBy) {
    static final int NONE = -1;

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

    /** Returns the state with another identity. With one, it no longer matters why there was none. */
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

    State changed(int entry) {
        return new State(identity, causes, requirements, changedBy.setBit(entry));
    }

    /** Returns whether every continuation of the other state is one of this state, with no more causes. */
    boolean covers(State other) {
        return identity == other.identity
                && changedBy.equals(other.changedBy)
                && causes.size() <= other.causes.size()
                && requirements.size() <= other.requirements.size()
                && other.causes.containsAll(causes)
                && other.requirements.containsAll(requirements);
    }
}
