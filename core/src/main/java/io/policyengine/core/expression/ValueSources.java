package io.policyengine.core.expression;

import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.policyengine.core.policy.Identity;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values that become a part of an expression's value. Values that are only compared, or only decide between parts,
 * are not included.
 *
 * @param always the names of values that may be used for any message
 * @param anonymous the names of values that are used only for messages without an identity
 */
record ValueSources(Set<String> always, Set<String> anonymous) {
    /** The functions whose result is a boolean, so that it contains no part of their arguments. */
    private static final Set<String> DECISIONS = Set.of(
            Operator.EQUALS.getFunction(),
            Operator.NOT_EQUALS.getFunction(),
            Operator.LESS.getFunction(),
            Operator.LESS_EQUALS.getFunction(),
            Operator.GREATER.getFunction(),
            Operator.GREATER_EQUALS.getFunction(),
            Operator.IN.getFunction(),
            Operator.LOGICAL_AND.getFunction(),
            Operator.LOGICAL_OR.getFunction(),
            Operator.LOGICAL_NOT.getFunction(),
            "startsWith",
            "endsWith",
            "contains",
            "matches",
            "hasValue");

    ValueSources {
        always = Set.copyOf(always);
        anonymous = Set.copyOf(anonymous);
    }

    /** Returns the sources of a checked expression. */
    static ValueSources of(CelExpr expression) {
        Set<String> always = new TreeSet<>();
        Set<String> anonymous = new TreeSet<>();
        collect(expression, always, anonymous);
        return new ValueSources(always, anonymous);
    }

    private static void collect(CelExpr expression, Set<String> always, Set<String> anonymous) {
        if (expression.exprKind().getKind() != CelExpr.ExprKind.Kind.CALL) {
            always.addAll(FormulaReader.reads(expression));
            return;
        }
        String function = expression.call().function();
        List<CelExpr> args = expression.call().args();
        if (DECISIONS.contains(function)) {
            return;
        }
        if (function.equals(Operator.CONDITIONAL.getFunction())) {
            collect(args.get(1), isIdentity(args.getFirst(), Operator.EQUALS) ? anonymous : always, anonymous);
            collect(args.get(2), isIdentity(args.getFirst(), Operator.NOT_EQUALS) ? anonymous : always, anonymous);
            return;
        }
        if (function.equals(Operator.INDEX.getFunction()) || function.equals(Operator.OPTIONAL_INDEX.getFunction())) {
            always.addAll(FormulaReader.reads(expression));
            return;
        }
        expression.call().target().ifPresent(target -> collect(target, always, anonymous));
        args.forEach(argument -> collect(argument, always, anonymous));
    }

    /** Returns whether the condition compares the id of the identity with the empty text by this operator. */
    private static boolean isIdentity(CelExpr condition, Operator comparison) {
        if (!LowerBounds.isCall(condition, comparison)) {
            return false;
        }
        List<CelExpr> args = condition.call().args();
        return args.stream().anyMatch(ValueSources::isEmptyText)
                && args.stream().anyMatch(side -> FormulaReader.reads(side).equals(Set.of(Identity.ID)));
    }

    private static boolean isEmptyText(CelExpr expression) {
        return expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
                && expression.constant().stringValue().isEmpty();
    }
}
