package io.policyengine.core.expression;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The logical structure of a condition: atoms, which are compared by their text, and the connectives between them. An
 * atom is true, false, or fails; the connectives treat a failure as CEL does.
 */
public sealed interface Formula {
    /** A constant. */
    record Constant(boolean value) implements Formula {
        @Override
        public Set<String> reads() {
            return Set.of();
        }
    }

    /** A negation. */
    record Not(Formula operand) implements Formula {
        @Override
        public Set<String> reads() {
            return operand.reads();
        }
    }

    /** A conjunction. */
    record And(List<Formula> operands) implements Formula {
        public And {
            operands = List.copyOf(operands);
        }

        @Override
        public Set<String> reads() {
            return readsOf(operands);
        }
    }

    /** A disjunction. */
    record Or(List<Formula> operands) implements Formula {
        public Or {
            operands = List.copyOf(operands);
        }

        @Override
        public Set<String> reads() {
            return readsOf(operands);
        }
    }

    /**
     * A part of a condition that has no logical structure.
     *
     * @param text its canonical text; equal texts have equal values while the values that they read are the same
     * @param reads the names of the values that it reads, such as {@code request.method} and {@code
     *     request.headers.x-beta}; {@code request.headers} stands for all fields
     * @param subject the value that the atom compares with a constant, or tests for presence; null for any other atom
     * @param constant the constant with which the subject is compared, or null
     * @param isPresence whether the atom tests that the subject is present
     */
    record Atom(
            String text,
            Set<String> reads,
            @Nullable String subject,
            @Nullable String constant,
            boolean isPresence) implements Formula {
        public Atom {
            reads = Set.copyOf(reads);
        }
    }

    /** Returns the names of the values that the formula's atoms read. */
    Set<String> reads();

    private static Set<String> readsOf(List<Formula> operands) {
        return operands.stream().flatMap(operand -> operand.reads().stream()).collect(Collectors.toUnmodifiableSet());
    }
}
