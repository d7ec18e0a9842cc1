package io.policyengine.core.who;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The states that are possible at one point of an {@link AbstractRun}, without states that another state covers. If
 * there are too many, details in which they differ are dropped, down to one state for each identity. A state with fewer
 * details represents more messages.
 */
final class States {
    /**
     * Maximum number of states that {@code who} keeps at one point of a chain; with more, details in which they differ
     * are dropped.
     */
    private static final int MAX = 64;

    private final WorkBudget budget;
    private List<State> states = new ArrayList<>();
    private Memory memory = Memory.ALL;
    private int max = MAX;
    private boolean isComplete = true;

    /** The amount of detail with which states are kept. */
    private enum Memory {
        ALL,
        NO_VALUES,
        NO_CONDITIONS
    }

    States(WorkBudget budget) {
        this.budget = budget;
    }

    void add(State state) {
        State added = remembered(state);
        budget.take(1L + states.size() + added.weight());
        for (State present : states) {
            if (present.covers(added)) {
                return;
            }
        }
        states.removeIf(added::covers);
        states.add(added);
        if (states.size() > max) {
            shrink();
        }
    }

    private State remembered(State state) {
        return switch (memory) {
            case ALL -> state;
            case NO_VALUES -> state.withoutRequirements();
            case NO_CONDITIONS -> state.withoutConditions();
        };
    }

    /**
     * Drops details in three stages: the values of conditions, the changes by entries, and all but one of the states
     * with the same identity.
     */
    private void shrink() {
        List<State> before = states;
        states = new ArrayList<>();
        switch (memory) {
            case ALL -> {
                memory = Memory.NO_VALUES;
                before.forEach(this::add);
            }
            case NO_VALUES -> {
                memory = Memory.NO_CONDITIONS;
                before.forEach(this::add);
            }
            case NO_CONDITIONS -> {
                Set<Integer> identities = new HashSet<>();
                before.stream()
                        .sorted(Comparator.comparingInt(State::weight))
                        .filter(state -> identities.add(state.identity()))
                        .forEach(states::add);
                isComplete &= states.size() == before.size();
                max = Math.max(MAX, 2 * states.size());
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
