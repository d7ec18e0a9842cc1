package io.policyengine.core.who;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Simulates one flow for all possible messages at once, to find those that pass without one guarantee. It follows each
 * outcome that policies and settings permit, and drops states in which the entry that gives the guarantee has taken
 * effect. Unknown effects count as possible, so the run finds a state for every message that can pass.
 */
final class AbstractRun {
    /** The value of {@code guard} in a run that looks for requests without an identity. */
    static final int IDENTITY = -1;

    private final Flow flow;
    private final List<Step> steps;
    private final Phase phase;
    private final int guard;
    private final WorkBudget budget;

    private final States passed;
    private final Map<Integer, States> answered = new TreeMap<>();
    private boolean isComplete = true;

    /**
     * Creates a run, which {@link #run} starts.
     *
     * @param guard index of the entry whose effect is the guarantee, or {@link #IDENTITY}
     */
    AbstractRun(Flow flow, int guard) {
        this.flow = flow;
        this.steps = flow.steps();
        this.phase = flow.phase();
        this.guard = guard;
        this.budget = flow.budget();
        this.passed = new States(budget);
    }

    /** Runs the flow, beginning in the given states. */
    AbstractRun run(List<State> from) {
        if (budget.isSpent() && !steps.isEmpty()) {
            assumeTheWorst();
            return this;
        }
        States states = new States(budget);
        from.forEach(states::add);
        int index = 0;
        while (index < steps.size() && !budget.isSpent()) {
            if (steps.get(index).mode() == EntryMode.OFF) {
                states = withoutEffect(states, index, Kind.OFF);
                index++;
            } else {
                int end = flow.endOfCall(index);
                states = call(states, index, end);
                index = end;
            }
        }
        // If it was spent within a call, later entries of the call were not followed.
        if (budget.isSpent() && !steps.isEmpty()) {
            assumeTheWorst();
        } else {
            listed(states).forEach(passed::add);
        }
        return this;
    }

    /** Assumes that messages pass in every state, and that each entry that may answer from memory does so. */
    private void assumeTheWorst() {
        isComplete = false;
        State unknown = State.START.because(new Cause(Kind.UNDECIDED, phase, 0, ""));
        passed.add(unknown);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (guard == IDENTITY && flow.mayIdentify(step)) {
                passed.add(unknown.by(i, false));
            }
            if (step.isEnforced() && step.has(Fact.ANSWERS_FROM_MEMORY) && i != guard) {
                answered.computeIfAbsent(i, _ -> new States(budget)).add(unknown);
            }
        }
    }

    /**
     * The states in which messages pass the flow. States that have the guarantee of the entry {@code guard} are not
     * included.
     */
    List<State> passed() {
        return listed(passed);
    }

    /** Returns whether the lists returned so far are complete, that is, whether no possible state was dropped. */
    boolean isComplete() {
        return isComplete;
    }

    private List<State> listed(States states) {
        isComplete &= states.isComplete();
        return states.list();
    }

    /** Returns, by the index of an entry, the message states in which the entry answers with a stored response. */
    Map<Integer, List<State>> answered() {
        Map<Integer, List<State>> lists = new TreeMap<>();
        answered.forEach((entry, states) -> lists.put(entry, listed(states)));
        return lists;
    }

    /**
     * Follows a worker call, which may fail as a whole. The call may also be divided at the first entry that reads the
     * body or at a later entry, and fail from there.
     */
    private States call(States from, int start, int end) {
        budget.take(end - start);
        OnFailure onFailure = strictest(start, end, Step::onWorkerFailure);
        OnFailure onOverload = strictest(start, end, Step::onOverload);
        int reader = firstReader(start, end);
        States after = new States(budget);
        States states = from;
        for (int i = start; i < end && !budget.isSpent(); i++) {
            States reached = states;
            if (i == start || i >= reader) {
                fail(reached, i, end, Kind.WORKER_AWAY, onFailure, Step::onWorkerFailure, after);
                fail(reached, i, end, Kind.OVERLOADED, onOverload, Step::onOverload, after);
            }
            if (i == reader && i > start) {
                states = orWithoutFirstPart(states, from, start, reader, onFailure, onOverload);
            }
            Step step = steps.get(i);
            states = switch (step.mode()) {
                case OFF -> withoutEffect(states, i, Kind.OFF);
                case SHADOW -> withoutEffect(states, i, Kind.SHADOW);
                case ENFORCE -> enforced(states, i);
            };
        }
        listed(states).forEach(after::add);
        return after;
    }

    /** Adds the states in which the first part of a divided call has failed, and its second part runs. */
    private States orWithoutFirstPart(
            States states, States from, int start, int reader, OnFailure onFailure, OnFailure onOverload) {
        States all = new States(budget);
        listed(states).forEach(all::add);
        fail(from, start, reader, Kind.WORKER_AWAY, onFailure, Step::onWorkerFailure, all);
        fail(from, start, reader, Kind.OVERLOADED, onOverload, Step::onOverload, all);
        return all;
    }

    /** Returns the first entry of a call that reads the body, or {@code end}. */
    private int firstReader(int start, int end) {
        int index = start;
        while (index < end && !steps.get(index).readsBody()) {
            index++;
        }
        return index;
    }

    /**
     * Returns the strictest reaction to a failed call among its enforced entries. Without enforced entries, a failure
     * has no effect.
     */
    private OnFailure strictest(int start, int end, Function<Step, OnFailure> rule) {
        return steps.subList(start, end).stream()
                .filter(Step::isEnforced)
                .map(rule)
                .min(Comparator.naturalOrder())
                .orElse(OnFailure.DENY);
    }

    private void fail(
            States from,
            int start,
            int end,
            Kind kind,
            OnFailure reaction,
            Function<Step, OnFailure> rule,
            States after) {
        if (reaction == OnFailure.DENY) {
            return;
        }
        int entry = concerned(start, end, reaction, rule);
        if (entry < 0) {
            return;
        }
        String setting =
                kind == Kind.OVERLOADED ? "on_overload" : steps.get(entry).failureSetting();
        for (State state : listed(from)) {
            State failed = state.because(new Cause(kind, phase, entry, setting));
            if (reaction == OnFailure.SKIP_REMAINING) {
                passed.add(failed);
            } else {
                after.add(failed);
            }
        }
    }

    /**
     * Returns the entry to report if the entries of a call fail, or -1 if their failure does not concern the guarantee.
     */
    private int concerned(int start, int end, OnFailure reaction, Function<Step, OnFailure> rule) {
        if (guard >= start && guard < end && steps.get(guard).isEnforced()) {
            return guard;
        }
        for (int i = start; i < end; i++) {
            if (steps.get(i).isEnforced() && concerns(i)) {
                return i;
            }
        }
        if (reaction == OnFailure.SKIP_REMAINING) {
            for (int i = start; i < end; i++) {
                if (steps.get(i).isEnforced() && rule.apply(steps.get(i)) == reaction) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Returns whether the guarantee depends on the effect of the entry. */
    private boolean concerns(int entry) {
        return entry == guard
                || steps.get(entry).concernsIdentity()
                || steps.get(entry).has(Fact.ALWAYS_ANSWERS);
    }

    private States withoutEffect(States from, int entry, Kind kind) {
        boolean isNamed = entry == guard
                || (guard == IDENTITY
                        && (steps.get(entry).providesIdentity()
                                || steps.get(entry).has(Fact.REQUIRES_IDENTITY)));
        if (!isNamed) {
            return from;
        }
        States states = new States(budget);
        for (State state : listed(from)) {
            boolean hasIdentity = guard == IDENTITY && state.identity() != State.NONE;
            states.add(hasIdentity ? state : state.because(new Cause(kind, phase, entry, "mode")));
        }
        return states;
    }

    private States enforced(States from, int entry) {
        Step step = steps.get(entry);
        boolean mayChange = flow.mayChangeWhatIsRead(entry);
        boolean matters = concerns(entry)
                || mayChange
                || step.has(Fact.ANSWERS_FROM_MEMORY)
                || step.maySkip()
                || step.onFailure() == OnFailure.SKIP_REMAINING
                || step.onOverload() == OnFailure.SKIP_REMAINING;
        if (!matters) {
            return from;
        }
        States after = new States(budget);
        for (State state : listed(from)) {
            State runs = state;
            if (step.when() != null) {
                var formula = flow.conditions().in(state, flow, entry, step.when());
                State skipped = state.requiring(new Requirement(entry, formula, false, state.identity()));
                if (isPossible(skipped)) {
                    after.add(because(skipped, entry, Kind.CONDITION_FALSE, "when"));
                }
                runs = state.requiring(new Requirement(entry, formula, true, state.identity()));
                if (!isPossible(runs)) {
                    continue;
                }
            }
            runs(runs, entry, mayChange, after);
        }
        return after;
    }

    private boolean isPossible(State state) {
        return flow.satisfiability().isPossible(state.requirements(), budget);
    }

    /**
     * Adds a cause if the missing effect of the entry matters. A missing authentication, for example, does not matter
     * if the request already has an identity.
     */
    private State because(State state, int entry, Kind kind, String setting) {
        Step step = steps.get(entry);
        boolean answers = step.has(Fact.ALWAYS_ANSWERS) && kind != Kind.CONDITION_FALSE;
        boolean isMissed = entry == guard
                || answers
                || (state.identity() == State.NONE && step.has(Fact.REQUIRES_IDENTITY))
                || (state.identity() == State.NONE && step.providesIdentity());
        return isMissed ? state.because(new Cause(kind, phase, entry, setting)) : state;
    }

    private void runs(State state, int entry, boolean mayChange, States after) {
        Step step = steps.get(entry);
        if (step.has(Fact.ANSWERS_FROM_MEMORY) && entry != guard) {
            answered.computeIfAbsent(entry, _ -> new States(budget))
                    .add(state.because(new Cause(Kind.FROM_MEMORY, phase, entry, "")));
        }
        passes(state, entry, mayChange, after);
        without(state, entry, after);
        if (step.maySkip() && entry != guard) {
            State skipped = state.because(new Cause(Kind.SKIPS_REMAINING, phase, entry, ""));
            passed.add(skipped);
            if (step.isUndeclared() && state.identity() != State.NONE) {
                passed.add(skipped.by(State.NONE, false).because(new Cause(Kind.UNDECLARED, phase, entry, "")));
            }
        }
    }

    /** Adds the states after the entry has taken effect; none if the entry denies the message. */
    private void passes(State state, int entry, boolean mayChange, States after) {
        Step step = steps.get(entry);
        boolean denies = step.has(Fact.ALWAYS_ANSWERS)
                || (step.has(Fact.REQUIRES_IDENTITY) && state.identity() == State.NONE)
                || entry == guard;
        if (denies) {
            return;
        }
        State changed = mayChange ? state.changed(entry) : state;
        boolean forgets = guard == IDENTITY;
        if (step.providesIdentity()) {
            after.add(changed.by(entry, forgets));
            boolean isOptional = !step.has(Fact.DENIES_ANONYMOUS)
                    && step.leniencies().stream()
                            .noneMatch(leniency -> leniency.occasion() == Leniency.Occasion.NO_CREDENTIALS);
            if (isOptional) {
                after.add(because(changed, entry, Kind.NO_CREDENTIALS, ""));
            }
        } else if (step.isUndeclared()) {
            after.add(changed.by(entry, forgets));
            after.add(changed);
        } else {
            after.add(changed);
        }
        if (step.isUndeclared() && state.identity() != State.NONE) {
            after.add(changed.by(State.NONE, forgets).because(new Cause(Kind.UNDECLARED, phase, entry, "")));
        }
    }

    /** Adds the states in which the entry has let a message pass without its effect. */
    private void without(State state, int entry, States after) {
        Step step = steps.get(entry);
        for (Leniency leniency : step.leniencies()) {
            Kind kind = switch (leniency.occasion()) {
                case NO_CREDENTIALS -> Kind.NO_CREDENTIALS;
                case DEPENDENCY_AWAY -> Kind.DEPENDENCY_AWAY;
                case TOO_LARGE -> Kind.TOO_LARGE;
                case COSTS_NOTHING -> Kind.COSTS_NOTHING;
            };
            if (entry == guard || step.providesIdentity()) {
                after.add(because(state, entry, kind, leniency.pointer()));
            }
        }
        if (step.mayFail()) {
            fails(state, entry, Kind.DEPENDENCY_AWAY, "on_failure", step.onFailure(), after);
        }
        if (step.onOverload() != OnFailure.DENY) {
            fails(state, entry, Kind.OVERLOADED, "on_overload", step.onOverload(), after);
        }
        if (step.passesEncoded() && flow.mayPassEncoded() && concerns(entry)) {
            after.add(because(state, entry, Kind.ENCODED, "on_encoded"));
        }
    }

    private void fails(State state, int entry, Kind kind, String setting, OnFailure reaction, States after) {
        if (reaction == OnFailure.SKIP_REMAINING) {
            passed.add(state.because(new Cause(kind, phase, entry, setting)));
        } else if (concerns(entry)) {
            after.add(because(state, entry, kind, setting));
        }
    }
}
