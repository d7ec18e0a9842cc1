package io.policyengine.core.expression;

import dev.cel.common.Operator;
import dev.cel.common.ast.CelExpr;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lower bounds of numeric expressions, given that certain conditions are true or false. Immutable. */
final class LowerBounds {
    /** Returns the canonical text of an expression; equal texts have equal values. */
    private final Function<CelExpr, String> texts;
    /** Known lower bounds, by the text of the expression. */
    private final Map<String, Double> known;
    /** The texts of expressions whose value is not 0. */
    private final Set<String> nonZero;

    LowerBounds(Function<CelExpr, String> texts) {
        this(texts, Map.of(), Set.of());
    }

    private LowerBounds(Function<CelExpr, String> texts, Map<String, Double> known, Set<String> nonZero) {
        this.texts = texts;
        this.known = known;
        this.nonZero = nonZero;
    }

    /** Returns whether the value is known never to be 0. It may be negative. */
    boolean excludeZero(CelExpr expression) {
        return nonZero.contains(texts.apply(expression)) || of(expression) > 0;
    }

    /** Returns the bounds that apply if the condition has this value. */
    LowerBounds where(CelExpr condition, boolean value) {
        if (condition.exprKind().getKind() != CelExpr.ExprKind.Kind.CALL) {
            return this;
        }
        List<CelExpr> args = condition.call().args();
        if (isCall(condition, Operator.LOGICAL_NOT)) {
            return where(args.getFirst(), !value);
        }
        if (isCall(condition, value ? Operator.LOGICAL_AND : Operator.LOGICAL_OR)) {
            return where(args.getFirst(), value).where(args.getLast(), value);
        }
        if (isCall(condition, value ? Operator.EQUALS : Operator.NOT_EQUALS)) {
            return atLeast(args.getFirst(), args.getLast(), false).atLeast(args.getLast(), args.getFirst(), false);
        }
        if (isCall(condition, value ? Operator.NOT_EQUALS : Operator.EQUALS)) {
            return unequal(args.getFirst(), args.getLast()).unequal(args.getLast(), args.getFirst());
        }
        if (isCall(condition, value ? Operator.GREATER : Operator.LESS_EQUALS)) {
            return atLeast(args.getFirst(), args.getLast(), true);
        }
        if (isCall(condition, value ? Operator.GREATER_EQUALS : Operator.LESS)) {
            return atLeast(args.getFirst(), args.getLast(), false);
        }
        if (isCall(condition, value ? Operator.LESS : Operator.GREATER_EQUALS)) {
            return atLeast(args.getLast(), args.getFirst(), true);
        }
        return isCall(condition, value ? Operator.LESS_EQUALS : Operator.GREATER)
                ? atLeast(args.getLast(), args.getFirst(), false)
                : this;
    }

    private LowerBounds atLeast(CelExpr expression, CelExpr bound, boolean isAbove) {
        Double number = number(bound);
        if (number == null) {
            return this;
        }
        var more = new HashMap<>(known);
        more.merge(texts.apply(expression), isAbove ? Math.nextUp(number) : number, Math::max);
        return new LowerBounds(texts, more, nonZero);
    }

    private LowerBounds unequal(CelExpr expression, CelExpr other) {
        Double number = number(other);
        if (number == null || number != 0) {
            return this;
        }
        var more = new HashSet<>(nonZero);
        more.add(texts.apply(expression));
        return new LowerBounds(texts, known, more);
    }

    /** Returns a lower bound of the expression's value; negative infinity if none is known. */
    private double of(CelExpr expression) {
        return Math.max(byForm(expression), known.getOrDefault(texts.apply(expression), Double.NEGATIVE_INFINITY));
    }

    private double byForm(CelExpr expression) {
        Double number = number(expression);
        if (number != null) {
            return number;
        }
        if (expression.exprKind().getKind() != CelExpr.ExprKind.Kind.CALL) {
            return Double.NEGATIVE_INFINITY;
        }
        List<CelExpr> args = expression.call().args();
        if (isCall(expression, Operator.CONDITIONAL)) {
            return Math.min(
                    where(args.getFirst(), true).of(args.get(1)),
                    where(args.getFirst(), false).of(args.get(2)));
        }
        if (isCall(expression, Operator.MODULO)) {
            return of(args.getFirst()) >= 0 ? 0 : Double.NEGATIVE_INFINITY;
        }
        return args.size() == 2 ? ofBoth(expression, of(args.getFirst()), args.getLast()) : ofOne(expression);
    }

    private double ofBoth(CelExpr expression, double left, CelExpr right) {
        if (isCall(expression, Operator.ADD)) {
            return left + of(right);
        }
        if (isCall(expression, Operator.SUBTRACT)) {
            Double less = number(right);
            return less == null ? Double.NEGATIVE_INFINITY : left - less;
        }
        boolean isProduct = isCall(expression, Operator.MULTIPLY);
        if (left < 0 || !(isProduct || isCall(expression, Operator.DIVIDE))) {
            return Double.NEGATIVE_INFINITY;
        }
        double other = of(right);
        if (other < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        // Integers are divided without their fraction.
        return isProduct ? left * other : 0;
    }

    private double ofOne(CelExpr expression) {
        List<CelExpr> args = expression.call().args();
        double bound = args.isEmpty() ? Double.NEGATIVE_INFINITY : of(args.getFirst());
        return switch (expression.call().function()) {
            case "size" -> 0;
            case "uint" -> Math.max(0, Math.floor(bound));
            case "int" -> Math.floor(bound);
            case "double" -> bound;
            default -> Double.NEGATIVE_INFINITY;
        };
    }

    static boolean isCall(CelExpr expression, Operator operator) {
        return expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL
                && expression.call().function().equals(operator.getFunction());
    }

    /** Returns the value of a numeric constant, or null. */
    static @Nullable Double number(CelExpr expression) {
        if (expression.exprKind().getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
            return null;
        }
        return switch (expression.constant().getKind()) {
            case INT64_VALUE -> (double) expression.constant().int64Value();
            case UINT64_VALUE -> expression.constant().uint64Value().doubleValue();
            case DOUBLE_VALUE -> expression.constant().doubleValue();
            default -> null;
        };
    }
}
