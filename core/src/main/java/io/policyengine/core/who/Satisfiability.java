package io.policyengine.core.who;

import io.policyengine.core.expression.Formula;
import io.policyengine.core.expression.Formula.And;
import io.policyengine.core.expression.Formula.Atom;
import io.policyengine.core.expression.Formula.Constant;
import io.policyengine.core.expression.Formula.Not;
import io.policyengine.core.expression.Formula.Or;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether conditions can have given values at the same time. Atoms count as independent, with two exceptions: a
 * value cannot equal two constants, and only a present value can be compared. With more than {@value #MAX_ATOMS} atoms,
 * or without budget left, the answer is yes.
 */
final class Satisfiability {
    /**
     * Maximum number of different comparisons in conditions that are judged together. Beyond it, every combination of
     * their results counts as possible.
     */
    private static final int MAX_ATOMS = 7;

    /** The prefix of the variables for request fields, whose presence is always known. */
    private static final String FIELDS = "request.headers.";

    /** The texts that each request has, even if they are empty. */
    private static final Set<String> TEXTS = Set.of(
            "request.method",
            "request.scheme",
            "request.authority",
            "request.path",
            "request.raw_path",
            "request.query",
            "request.client_address");

    private static final Value[] DECIDED = {Value.TRUE, Value.FALSE};

    /** Maximum number of cached answers; beyond it, the cache is cleared. */
    private static final int MAX_KNOWN = 4096;

    private final Map<Set<Requirement>, Boolean> known = new HashMap<>();

    /** The values of an atom. CEL's operators treat a failure as an unknown value. */
    private enum Value {
        TRUE,
        FALSE,
        FAILS
    }

    /** Returns whether the last requirement can be met together with the others. */
    boolean isPossible(List<Requirement> requirements, WorkBudget budget) {
        Set<Requirement> related = related(requirements, budget);
        if (budget.isSpent()) {
            return true;
        }
        Boolean before = known.get(related);
        if (before == null) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            before = decide(related, budget);
            known.put(related, before);
        }
        return before;
    }

    /** Returns whether two sets of requirements, each of which can be met alone, can be met together. */
    boolean arePossible(List<Requirement> requirements, List<Requirement> others, WorkBudget budget) {
        for (Requirement last : requirements) {
            List<Requirement> all = new ArrayList<>(others);
            all.addAll(requirements);
            all.remove(last);
            all.add(last);
            if (!isPossible(all, budget)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the requirements that share atoms or subjects, directly or indirectly, with the last one. */
    private static Set<Requirement> related(List<Requirement> requirements, WorkBudget budget) {
        List<Set<String>> names = new ArrayList<>();
        for (Requirement requirement : requirements) {
            names.add(names(requirement.formula()));
            budget.take(1L + names.getLast().size());
        }
        BitSet related = new BitSet();
        related.set(requirements.size() - 1);
        Set<String> reached = new HashSet<>(names.getLast());
        boolean grows = true;
        while (grows && !budget.isSpent()) {
            grows = false;
            for (int i = related.previousClearBit(requirements.size() - 1);
                    i >= 0;
                    i = related.previousClearBit(i - 1)) {
                budget.take(1L + names.get(i).size());
                if (names.get(i).stream().anyMatch(reached::contains)) {
                    related.set(i);
                    reached.addAll(names.get(i));
                    grows = true;
                }
            }
        }
        return related.stream().mapToObj(requirements::get).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> names(Formula formula) {
        Set<String> names = new HashSet<>();
        names(formula, names);
        return names;
    }

    private static void names(Formula formula, Set<String> names) {
        Set<Atom> atoms = new LinkedHashSet<>();
        collect(formula, atoms);
        for (Atom atom : atoms) {
            names.add(atom.text());
            if (atom.subject() != null) {
                names.add(atom.subject());
            }
        }
    }

    private static void collect(Formula formula, Set<Atom> atoms) {
        switch (formula) {
            case Constant _ -> {}
            case Not(Formula operand) -> collect(operand, atoms);
            case And(List<Formula> operands) -> operands.forEach(operand -> collect(operand, atoms));
            case Or(List<Formula> operands) -> operands.forEach(operand -> collect(operand, atoms));
            case Atom atom -> atoms.add(atom);
        }
    }

    private static boolean decide(Set<Requirement> requirements, WorkBudget budget) {
        Set<Atom> found = new LinkedHashSet<>();
        requirements.forEach(requirement -> collect(requirement.formula(), found));
        List<Atom> atoms = new ArrayList<>(found);
        return atoms.size() > MAX_ATOMS
                || search(atoms, 0, new HashMap<>(), values -> {
                    budget.take(requirements.size());
                    return requirements.stream()
                            .allMatch(requirement -> evaluate(requirement.formula(), values)
                                    == (requirement.value() ? Value.TRUE : Value.FALSE));
                });
    }

    /** Returns whether a condition can be true while all others are not true. */
    static boolean isBeyond(Formula condition, List<? extends Formula> others, WorkBudget budget) {
        Set<Atom> found = new LinkedHashSet<>();
        collect(condition, found);
        others.forEach(other -> collect(other, found));
        List<Atom> atoms = new ArrayList<>(found);
        return atoms.size() > MAX_ATOMS
                || search(atoms, 0, new HashMap<>(), values -> {
                    budget.take(1L + others.size());
                    return evaluate(condition, values) == Value.TRUE
                            && others.stream().noneMatch(other -> evaluate(other, values) == Value.TRUE);
                });
    }

    private static boolean search(
            List<Atom> atoms, int next, Map<Atom, Value> values, Predicate<Map<Atom, Value>> isFound) {
        if (next == atoms.size()) {
            return isFound.test(values);
        }
        Atom atom = atoms.get(next);
        for (Value value : mayFail(atom) ? Value.values() : DECIDED) {
            values.put(atom, value);
            if (agrees(atom, value, atoms.subList(0, next), values) && search(atoms, next + 1, values, isFound)) {
                return true;
            }
        }
        values.remove(atom);
        return false;
    }

    /** Returns whether the atom may read a value that is missing. */
    private static boolean mayFail(Atom atom) {
        String subject = atom.subject();
        if (subject == null || atom.reads().isEmpty()) {
            return true;
        }
        return !atom.reads().stream()
                .allMatch(read -> atom.isPresence() ? read.startsWith(FIELDS) : TEXTS.contains(read));
    }

    /** Returns whether the value of an atom agrees with those of earlier atoms with the same subject. */
    private static boolean agrees(Atom atom, Value value, List<Atom> earlier, Map<Atom, Value> values) {
        String subject = atom.subject();
        if (subject == null) {
            return true;
        }
        for (Atom other : earlier) {
            if (subject.equals(other.subject()) && isContradiction(atom, value, other, values.get(other))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isContradiction(Atom one, Value value, Atom other, @Nullable Value otherValue) {
        if (one.isPresence() && other.isPresence()) {
            return false;
        }
        if (one.isPresence() || other.isPresence()) {
            Value presence = one.isPresence() ? value : otherValue;
            Value comparison = one.isPresence() ? otherValue : value;
            return presence == Value.FALSE && comparison != Value.FAILS;
        }
        return value == Value.TRUE && otherValue == Value.TRUE;
    }

    private static Value evaluate(Formula formula, Map<Atom, Value> values) {
        return switch (formula) {
            case Constant(boolean value) -> value ? Value.TRUE : Value.FALSE;
            case Not(Formula operand) ->
                switch (evaluate(operand, values)) {
                    case TRUE -> Value.FALSE;
                    case FALSE -> Value.TRUE;
                    case FAILS -> Value.FAILS;
                };
            case And(List<Formula> operands) -> combined(operands, values, Value.FALSE, Value.TRUE);
            case Or(List<Formula> operands) -> combined(operands, values, Value.TRUE, Value.FALSE);
            case Atom atom -> values.getOrDefault(atom, Value.FAILS);
        };
    }

    /**
     * Returns {@code decisive} if an operand has this value; otherwise a failure if an operand fails, else
     * {@code neutral}.
     */
    private static Value combined(List<Formula> operands, Map<Atom, Value> values, Value decisive, Value neutral) {
        Value result = neutral;
        for (Formula operand : operands) {
            Value value = evaluate(operand, values);
            if (value == decisive) {
                return decisive;
            }
            if (value == Value.FAILS) {
                result = Value.FAILS;
            }
        }
        return result;
    }
}
