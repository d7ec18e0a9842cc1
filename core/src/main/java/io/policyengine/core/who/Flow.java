package io.policyengine.core.who;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The entries of one flow as steps, with the data that all abstract runs of the flow share. */
final class Flow {
    private final List<Step> steps;
    private final Phase phase;
    /** The steps of the request flow if this is the response flow; otherwise empty. */
    private final List<Step> earlier;

    private final Conditions conditions;
    private final Satisfiability satisfiability;
    private final WorkBudget budget;
    /** The entries that may change values that conditions of later entries read. */
    private final BitSet changing = new BitSet();
    /**
     * The index of the first entry that may change a value, by the value's name; the number of entries if none may.
     */
    private final Map<String, Integer> firstChanges = new HashMap<>();

    /** Index of the first entry that may provide an identity, or the number of entries. */
    private final int firstIdentity;

    private final boolean mayPassEncoded;

    private Flow(
            List<Step> steps,
            Phase phase,
            List<Step> earlier,
            Conditions conditions,
            Satisfiability satisfiability,
            WorkBudget budget) {
        this.steps = steps;
        this.phase = phase;
        this.earlier = earlier;
        this.conditions = conditions;
        this.satisfiability = satisfiability;
        this.budget = budget;
        findChanging();
        int first = 0;
        while (first < steps.size() && !mayIdentify(steps.get(first))) {
            first++;
        }
        this.firstIdentity = first;
        this.mayPassEncoded = steps.stream()
                .allMatch(step -> !step.isEnforced()
                        || !step.readsBody()
                        || step.passesEncoded()
                        || step.has(Fact.DOES_WITHOUT_BODY));
    }

    /** Creates a request flow. */
    static Flow ofRequests(List<Step> steps, Conditions conditions, Satisfiability satisfiability, WorkBudget budget) {
        return new Flow(steps, Phase.REQUEST, List.of(), conditions, satisfiability, budget);
    }

    /** Creates a response flow, whose conditions read the request as the request flow has left it. */
    static Flow ofResponses(
            List<Step> steps,
            List<Step> request,
            Conditions conditions,
            Satisfiability satisfiability,
            WorkBudget budget) {
        return new Flow(steps, Phase.RESPONSE, request, conditions, satisfiability, budget);
    }

    private void findChanging() {
        Set<String> readLater = new HashSet<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            budget.take(1L + readLater.size());
            if (budget.isSpent() || readLater.stream().anyMatch(step::mayChange)) {
                changing.set(i);
            }
            if (step.when() != null) {
                readLater.addAll(conditions.reads(step.when(), phase));
            }
        }
    }

    List<Step> steps() {
        return steps;
    }

    Step step(int index) {
        return steps.get(index);
    }

    int size() {
        return steps.size();
    }

    Phase phase() {
        return phase;
    }

    Conditions conditions() {
        return conditions;
    }

    Satisfiability satisfiability() {
        return satisfiability;
    }

    WorkBudget budget() {
        return budget;
    }

    /** Returns whether the entry may change values that conditions of later entries read. */
    boolean mayChangeWhatIsRead(int entry) {
        return changing.get(entry);
    }

    /**
     * Returns whether a message may end this response flow in a state, given all states in which requests reach the
     * upstream. A state without requirements is always possible, even if it is only assumed.
     */
    boolean mayFollow(List<State> requests, State state) {
        if (state.requirements().isEmpty()) {
            return true;
        }
        boolean mayChangeIdentity = steps.stream().anyMatch(Step::isUndeclared);
        return requests.stream()
                .filter(request -> mayChangeIdentity || request.identity() == state.identity())
                .anyMatch(request -> satisfiability.arePossible(state.requirements(), request.requirements(), budget));
    }

    /**
     * Returns whether a body that cannot be decoded passes this flow, because no entry that reads bodies refuses it.
     */
    boolean mayPassEncoded() {
        return mayPassEncoded;
    }

    /** Returns whether an entry of the request flow may have changed a value that this response flow reads. */
    boolean mayHaveChangedBefore(String value) {
        return value.startsWith("request.")
                && earlier.stream().anyMatch(step -> step.isEnforced() && step.mayChange(value));
    }

    /** Returns the index of the first entry that may change the value, or the number of entries. */
    int firstChangeOf(String value) {
        return firstChanges.computeIfAbsent(value, name -> {
            int first = 0;
            while (first < steps.size()
                    && !(steps.get(first).isEnforced() && steps.get(first).mayChange(name))) {
                first++;
            }
            return first;
        });
    }

    /**
     * Returns the end of the worker call that begins at an entry. Entries that are off belong to no call. An entry that
     * may replace an identity of an earlier call ends its call.
     */
    int endOfCall(int start) {
        String worker = steps.get(start).worker();
        boolean isIdentified = firstIdentity < start;
        int end = start;
        int lastInCall = start;
        while (end < steps.size()
                && (steps.get(end).mode() == EntryMode.OFF
                        || steps.get(end).worker().equals(worker))) {
            lastInCall = steps.get(end).mode() == EntryMode.OFF ? lastInCall : end;
            end++;
            if (isIdentified && mayIdentify(steps.get(lastInCall))) {
                break;
            }
        }
        return lastInCall + 1;
    }

    /** Returns whether the entry may provide the identity of a request. */
    boolean mayIdentify(Step step) {
        EntryFacts facts = step.facts();
        return phase == Phase.REQUEST
                && step.mode() == EntryMode.ENFORCE
                && (facts == null || facts.has(Fact.PROVIDES_IDENTITY));
    }
}
