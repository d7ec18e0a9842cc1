package io.policyengine.core.who;

import java.util.ArrayList;
import java.util.List;

/** The states that are possible at a point of the abstract run, without those that another one covers; bounded. */
final class States {
    /** Maximum number of states; beyond it, the values of conditions are forgotten, which admits more. */
    private static final int MAX = 64;

    private List<State> states = new ArrayList<>();
    private boolean forgetsRequirements;
    private boolean isComplete = true;

    void add(State state) {
        State added = forgetsRequirements ? state.withoutRequirements() : state;
        for (State present : states) {
            if (present.covers(added)) {
                return;
            }
        }
        states.removeIf(added::covers);
        states.add(added);
        if (states.size() > MAX) {
            shrink();
        }
    }

    /** Forgets the values of conditions, then the states with the most causes beside others with the same identity. */
    private void shrink() {
        List<State> before = states;
        states = new ArrayList<>();
        if (!forgetsRequirements) {
            forgetsRequirements = true;
            before.forEach(this::add);
            return;
        }
        for (State state : before) {
            boolean isReplaced = states.stream()
                    .anyMatch(kept -> kept.identity() == state.identity()
                            && kept.changedBy().equals(state.changedBy()));
            isComplete &= !isReplaced;
            if (!isReplaced) {
                states.add(state);
            }
        }
    }

    /** Returns whether no state was forgotten. */
    boolean isComplete() {
        return isComplete;
    }

    List<State> list() {
        return List.copyOf(states);
    }
}
