package io.policyengine.core.who;

import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.Formula;
import io.policyengine.core.expression.Formula.And;
import io.policyengine.core.expression.Formula.Atom;
import io.policyengine.core.expression.Formula.Constant;
import io.policyengine.core.expression.Formula.Not;
import io.policyengine.core.expression.Formula.Or;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Phase;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Converts the conditions of entries to formulas. An atom names the message state in which it is evaluated. Equal atoms
 * certainly have the same value, even in different flows. Used for one calculation; compiles each text once.
 */
final class Conditions {
    /**
     * The mark that is appended to the text of a condition's atom if the atom's value may differ between entries.
     */
    private static final String AT = "@at ";

    /**
     * The mark that is appended to the text of a condition's atom if earlier entries may have changed the atom's value.
     */
    private static final String AFTER = "@after ";

    /**
     * The mark after the text of an atom in the response flow, if the atom may have another value in the request flow.
     */
    private static final String IN_RESPONSE = "@in response";

    private record Written(String text, Phase phase) {}

    private record Read(Formula formula, Set<String> reads) {}

    private final Map<Written, Read> compiled = new HashMap<>();

    /** Returns the values that a condition reads. */
    Set<String> reads(String text, Phase phase) {
        return compiled(text, phase).reads();
    }

    /** Returns the formula of a condition as written, without regard to any message state. */
    Formula written(String text, Phase phase) {
        return compiled(text, phase).formula();
    }

    private static void collect(Formula formula, Set<String> reads) {
        switch (formula) {
            case Constant _ -> {}
            case Not(Formula operand) -> collect(operand, reads);
            case And(List<Formula> operands) -> operands.forEach(operand -> collect(operand, reads));
            case Or(List<Formula> operands) -> operands.forEach(operand -> collect(operand, reads));
            case Atom atom -> reads.addAll(atom.reads());
        }
    }

    /** Returns the formula of an entry's condition when it is evaluated in a state. */
    Formula in(State state, Flow flow, int entry, String text) {
        return in(compiled(text, flow.phase()).formula(), state, flow, entry);
    }

    private Read compiled(String text, Phase phase) {
        return compiled.computeIfAbsent(new Written(text, phase), written -> {
            Formula formula = Expression.structure(written.text(), written.phase());
            Set<String> reads = new HashSet<>();
            collect(formula, reads);
            return new Read(formula, Set.copyOf(reads));
        });
    }

    /**
     * Returns whether no entry can have changed the values that a condition in a state reads, apart from the identity.
     */
    static boolean isOfOriginal(Formula formula) {
        return switch (formula) {
            case Constant _ -> true;
            case Not(Formula operand) -> isOfOriginal(operand);
            case And(List<Formula> operands) -> operands.stream().allMatch(Conditions::isOfOriginal);
            case Or(List<Formula> operands) -> operands.stream().allMatch(Conditions::isOfOriginal);
            case Atom atom -> !atom.text().contains(AFTER) && !atom.text().contains(AT);
        };
    }

    private static Formula in(Formula formula, State state, Flow flow, int entry) {
        return switch (formula) {
            case Constant constant -> constant;
            case Not(Formula operand) -> new Not(in(operand, state, flow, entry));
            case And(List<Formula> operands) ->
                new And(operands.stream()
                        .map(operand -> in(operand, state, flow, entry))
                        .toList());
            case Or(List<Formula> operands) ->
                new Or(operands.stream()
                        .map(operand -> in(operand, state, flow, entry))
                        .toList());
            case Atom atom -> {
                Boolean known = ofIdentity(atom, state);
                yield known == null ? named(atom, state, flow, entry) : new Constant(known);
            }
        };
    }

    /**
     * Returns the value of an atom that follows from the presence or absence of an identity; null if it does not
     * follow.
     */
    private static @Nullable Boolean ofIdentity(Atom atom, State state) {
        String subject = atom.subject();
        if (subject == null || !Identity.isPart(subject)) {
            return null;
        }
        boolean isText = subject.equals(Identity.ID) || subject.equals(Identity.METHOD);
        String constant = isText ? atom.constant() : null;
        if (constant != null && state.identity() == State.NONE) {
            return constant.isEmpty();
        }
        boolean isFalse = state.identity() == State.NONE ? atom.isPresence() : "".equals(constant);
        return isFalse ? Boolean.FALSE : null;
    }

    private static Atom named(Atom atom, State state, Flow flow, int entry) {
        flow.budget().take(1L + entry);
        StringBuilder version = new StringBuilder();
        if (isAny(atom, Identity::isPart)) {
            version.append("@by ").append(state.identity());
        }
        // Every policy may leave metadata; in the response phase, every policy may change the response.
        boolean isOwn = isAny(
                atom, read -> read.equals("metadata") || read.startsWith("metadata.") || read.startsWith("response."));
        if (isOwn || (state.hasForgottenChanges() && mayHaveChanged(atom, flow, entry))) {
            version.append(AT).append(flow.phase()).append(' ').append(entry);
        }
        if (flow.phase() == Phase.RESPONSE && isAny(atom, read -> !isKeptForResponses(read))) {
            version.append(IN_RESPONSE);
        }
        version.append(changes(atom, state, flow));
        if (version.isEmpty()) {
            return atom;
        }
        String subject = atom.subject();
        return new Atom(
                atom.text() + version,
                atom.reads(),
                subject == null ? null : subject + version,
                atom.constant(),
                atom.isPresence());
    }

    /** Returns whether a value is the same for the response flow if no entry of the request flow changes it. */
    private static boolean isKeptForResponses(String read) {
        return Identity.isPart(read) || (read.startsWith("request.") && !read.startsWith("request.attributes"));
    }

    private static boolean mayHaveChanged(Atom atom, Flow flow, int entry) {
        return flow.phase() == Phase.REQUEST && isAny(atom, read -> flow.firstChangeOf(read) < entry);
    }

    /** Returns a mark that names the entries that may have changed the values of an atom; empty if there are none. */
    private static String changes(Atom atom, State state, Flow flow) {
        if (flow.phase() == Phase.RESPONSE) {
            return isAny(atom, flow::mayHaveChangedBefore) ? AFTER + Phase.REQUEST + " flow" : "";
        }
        BigInteger changes = BigInteger.ZERO;
        if (state.hasForgottenChanges()) {
            return "";
        }
        BigInteger changedBy = state.changedBy();
        for (int i = changedBy.getLowestSetBit(); i >= 0 && i < changedBy.bitLength(); i++) {
            if (changedBy.testBit(i) && isAny(atom, flow.step(i)::mayChange)) {
                changes = changes.setBit(i);
            }
        }
        return changes.signum() == 0 ? "" : AFTER + changes.toString(Character.MAX_RADIX);
    }

    private static boolean isAny(Atom atom, Predicate<String> test) {
        return atom.reads().stream().anyMatch(test);
    }
}
