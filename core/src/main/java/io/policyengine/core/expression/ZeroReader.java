package io.policyengine.core.expression;

import dev.cel.common.Operator;
import dev.cel.common.ast.CelExpr;
import io.policyengine.core.expression.Formula.And;
import io.policyengine.core.expression.Formula.Atom;
import io.policyengine.core.expression.Formula.Constant;
import io.policyengine.core.expression.Formula.Not;
import io.policyengine.core.expression.Formula.Or;
import java.util.List;

/** Reads under which conditions the value of a numeric expression may be 0 or less. */
final class ZeroReader {
    private static final Constant NEVER = new Constant(false);
    private static final Constant ALWAYS = new Constant(true);

    private final FormulaReader formulas;

    ZeroReader(String source) {
        this.formulas = new FormulaReader(source);
    }

    /** Returns a condition that is true for each message for which the value may be 0 or less. */
    Formula read(CelExpr expression) {
        return read(expression, new LowerBounds(formulas::text));
    }

    private Formula read(CelExpr expression, LowerBounds bounds) {
        if (LowerBounds.isCall(expression, Operator.CONDITIONAL)) {
            List<CelExpr> args = expression.call().args();
            Formula condition = formulas.read(args.getFirst());
            return or(
                    and(condition, read(args.get(1), bounds.where(args.getFirst(), true))),
                    and(new Not(condition), read(args.get(2), bounds.where(args.getFirst(), false))));
        }
        if (bounds.excludeZero(expression)) {
            return NEVER;
        }
        return LowerBounds.number(expression) == null
                ? new Atom(formulas.text(expression) + " <= 0", FormulaReader.reads(expression), null, null, false)
                : ALWAYS;
    }

    private static Formula and(Formula condition, Formula zero) {
        if (zero.equals(NEVER)) {
            return NEVER;
        }
        return zero.equals(ALWAYS) ? condition : new And(List.of(condition, zero));
    }

    private static Formula or(Formula one, Formula other) {
        if (one.equals(NEVER)) {
            return other;
        }
        return other.equals(NEVER) ? one : new Or(List.of(one, other));
    }
}
