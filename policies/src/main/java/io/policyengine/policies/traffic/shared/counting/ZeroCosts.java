package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.expression.Formula;
import io.policyengine.core.expression.Formula.And;
import io.policyengine.core.expression.Formula.Atom;
import io.policyengine.core.expression.Formula.Constant;
import io.policyengine.core.expression.Formula.Not;
import io.policyengine.core.expression.Formula.Or;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Determines whether a client can send a request whose cost is 0 in all limits of an entry. The work is bounded by
 * {@link #MAX_ATOMS} and {@link #MAX_PARTS}.
 */
final class ZeroCosts {
    /**
     * Maximum number of different comparisons whose combinations are tried; if there are more, a cost of 0 is assumed
     * to be possible.
     */
    private static final int MAX_ATOMS = 12;

    /** Maximum number of parts of all conditions; if there are more, a cost of 0 is assumed to be possible. */
    private static final int MAX_PARTS = 1_000;

    /** Values that a client does not choose. */
    private static final Set<String> NOT_CHOSEN = Set.of("request.client_address", "request.attributes");

    private final List<Atom> atoms = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private int parts;

    private ZeroCosts() {}

    /**
     * Returns whether a client can make all costs 0. A cost that is 0 only because of the identity, of metadata or of the
     * client's address is not chosen by the client.
     *
     * @param zeros for each limit, the condition under which its cost may be 0
     */
    static boolean arePossible(List<Formula> zeros) {
        ZeroCosts costs = new ZeroCosts();
        zeros.forEach(costs::collect);
        return costs.parts > MAX_PARTS || (costs.areChosen() && costs.areAllTrueSomewhere(zeros));
    }

    private boolean areChosen() {
        return atoms.isEmpty()
                || atoms.stream()
                        .flatMap(atom -> atom.reads().stream())
                        .anyMatch(read -> read.startsWith("request.")
                                && NOT_CHOSEN.stream().noneMatch(read::startsWith));
    }

    private void collect(Formula formula) {
        parts++;
        if (parts > MAX_PARTS) {
            return;
        }
        switch (formula) {
            case Constant _ -> {}
            case Not(Formula operand) -> collect(operand);
            case And(List<Formula> operands) -> operands.forEach(this::collect);
            case Or(List<Formula> operands) -> operands.forEach(this::collect);
            case Atom atom -> {
                if (indexes.putIfAbsent(atom.text(), atoms.size()) == null) {
                    atoms.add(atom);
                }
            }
        }
    }

    private boolean areAllTrueSomewhere(List<Formula> formulas) {
        if (atoms.size() > MAX_ATOMS) {
            return true;
        }
        for (int values = 0; values < 1 << atoms.size(); values++) {
            int tried = values;
            if (isConsistent(tried) && formulas.stream().allMatch(formula -> isTrue(formula, tried))) {
                return true;
            }
        }
        return false;
    }

    /** Returns false if one value would have to equal two different constants. */
    private boolean isConsistent(int values) {
        for (int i = 0; i < atoms.size(); i++) {
            for (int j = 0; j < i; j++) {
                if ((values >> i & values >> j & 1) == 1 && excludeEachOther(atoms.get(i), atoms.get(j))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean excludeEachOther(Atom one, Atom other) {
        return one.subject() != null
                && one.subject().equals(other.subject())
                && one.constant() != null
                && other.constant() != null
                && !one.constant().equals(other.constant());
    }

    private boolean isTrue(Formula formula, int values) {
        return switch (formula) {
            case Constant(boolean value) -> value;
            case Not(Formula operand) -> !isTrue(operand, values);
            case And(List<Formula> operands) -> operands.stream().allMatch(operand -> isTrue(operand, values));
            case Or(List<Formula> operands) -> operands.stream().anyMatch(operand -> isTrue(operand, values));
            case Atom atom -> (values >> indexes.getOrDefault(atom.text(), 0) & 1) == 1;
        };
    }
}
