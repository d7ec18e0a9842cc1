package io.policyengine.core.expression;

import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.policyengine.core.expression.Formula.And;
import io.policyengine.core.expression.Formula.Atom;
import io.policyengine.core.expression.Formula.Not;
import io.policyengine.core.expression.Formula.Or;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the logical structure of an expression, which is valid but may not be checked. */
final class FormulaReader {
    /** The maps whose keys are compared without case. */
    private static final Set<String> HEADERS =
            Set.of("request.headers", "original_request.headers", "response.headers");

    /** The text of the whole expression, which identifies parts that have no canonical text. */
    private final String source;

    FormulaReader(String source) {
        this.source = source;
    }

    Formula read(CelExpr expression) {
        if (expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && expression.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE) {
            return new Formula.Constant(expression.constant().booleanValue());
        }
        if (expression.exprKind().getKind() != CelExpr.ExprKind.Kind.CALL) {
            return atom(expression);
        }
        String function = expression.call().function();
        List<CelExpr> args = expression.call().args();
        if (function.equals(Operator.LOGICAL_NOT.getFunction())) {
            return new Not(read(args.getFirst()));
        }
        if (function.equals(Operator.LOGICAL_AND.getFunction())) {
            return new And(args.stream().map(this::read).toList());
        }
        if (function.equals(Operator.LOGICAL_OR.getFunction())) {
            return new Or(args.stream().map(this::read).toList());
        }
        if (function.equals(Operator.CONDITIONAL.getFunction())) {
            Formula condition = read(args.get(0));
            return new Or(List.of(
                    new And(List.of(condition, read(args.get(1)))),
                    new And(List.of(new Not(condition), read(args.get(2))))));
        }
        if (function.equals(Operator.NOT_EQUALS.getFunction())) {
            return new Not(comparison(args.get(0), args.get(1)));
        }
        if (function.equals(Operator.EQUALS.getFunction())) {
            return comparison(args.get(0), args.get(1));
        }
        return function.equals(Operator.IN.getFunction())
                ? membership(expression, args.get(0), args.get(1))
                : atom(expression);
    }

    /** Returns an equality. The order of its sides does not matter. */
    private Formula comparison(CelExpr left, CelExpr right) {
        String constant = textOf(right);
        CelExpr subject = constant == null ? right : left;
        constant = constant == null ? textOf(left) : constant;
        if (constant == null) {
            Set<String> reads = reads(left);
            reads.addAll(reads(right));
            return new Atom(text(left) + " == " + text(right), reads, null, null, false);
        }
        String path = pathOf(subject);
        return new Atom(text(subject) + " == '" + constant + "'", reads(subject), path, constant, false);
    }

    /**
     * Returns the formula of the operator {@code in}: for a list of constants, a disjunction of equalities; for a map,
     * a test for presence.
     */
    private Formula membership(CelExpr whole, CelExpr element, CelExpr container) {
        if (container.exprKind().getKind() == CelExpr.ExprKind.Kind.LIST
                && container.list().elements().stream().allMatch(each -> textOf(each) != null)) {
            return new Or(container.list().elements().stream()
                    .map(each -> comparison(element, each))
                    .toList());
        }
        String key = textOf(element);
        String map = pathOf(container);
        if (key == null || map == null) {
            return atom(whole);
        }
        String path = member(map, key);
        return new Atom("has " + path, Set.of(path), path, null, true);
    }

    private Formula atom(CelExpr expression) {
        if (expression.exprKind().getKind() == CelExpr.ExprKind.Kind.SELECT
                && expression.select().testOnly()) {
            String path = pathOf(expression.select().operand());
            if (path != null) {
                String whole = member(path, expression.select().field());
                return new Atom("has " + whole, Set.of(whole), whole, null, true);
            }
        }
        return new Atom(text(expression), reads(expression), null, null, false);
    }

    private static @Nullable String textOf(CelExpr expression) {
        return expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? expression.constant().stringValue()
                : null;
    }

    /** Returns the dotted name of a value, such as {@code request.headers.x-beta}, or null. */
    private static @Nullable String pathOf(CelExpr expression) {
        return switch (expression.exprKind().getKind()) {
            case IDENT -> nameOf(expression.ident());
            case SELECT -> {
                String operand = pathOf(expression.select().operand());
                yield operand == null || expression.select().testOnly()
                        ? null
                        : member(operand, expression.select().field());
            }
            case CALL -> {
                List<CelExpr> args = expression.call().args();
                boolean isIndex = expression.call().function().equals(Operator.INDEX.getFunction());
                String map = isIndex ? pathOf(args.getFirst()) : null;
                String key = isIndex ? textOf(args.getLast()) : null;
                yield map == null || key == null ? null : member(map, key);
            }
            case NOT_SET, CONSTANT, LIST, STRUCT, MAP, COMPREHENSION -> null;
        };
    }

    /** Returns the name of a variable. Where types are not checked, it may still begin with the dot of an absolute name. */
    private static String nameOf(CelExpr.CelIdent variable) {
        return variable.name().startsWith(".") ? variable.name().substring(1) : variable.name();
    }

    /** Returns the name of a member. Dots in keys are escaped. The names of header fields are compared without case. */
    private static String member(String map, String key) {
        String escaped = key.replace("\\", "\\\\").replace(".", "\\.");
        return map + "." + (HEADERS.contains(map) ? escaped.toLowerCase(Locale.ROOT) : escaped);
    }

    /** Returns the canonical text of an expression. */
    String text(CelExpr expression) {
        String path = pathOf(expression);
        if (path != null) {
            return path;
        }
        return switch (expression.exprKind().getKind()) {
            case CONSTANT -> expression.constant().toString();
            case LIST ->
                expression.list().elements().stream().map(this::text).collect(Collectors.joining(", ", "[", "]"));
            case CALL ->
                expression.call().target().map(this::text).orElse("") + "."
                        + expression.call().function()
                        + expression.call().args().stream().map(this::text).collect(Collectors.joining(", ", "(", ")"));
            case NOT_SET, IDENT, SELECT, STRUCT, MAP, COMPREHENSION -> source + "#" + expression.id();
        };
    }

    /** Returns the names of the values that an expression reads. */
    static Set<String> reads(CelExpr expression) {
        Set<String> reads = new TreeSet<>();
        collect(expression, reads);
        return reads;
    }

    private static void collect(CelExpr expression, Set<String> reads) {
        String path = pathOf(expression);
        if (path != null) {
            reads.add(path);
            return;
        }
        switch (expression.exprKind().getKind()) {
            case SELECT -> collect(expression.select().operand(), reads);
            case CALL -> {
                expression.call().target().ifPresent(target -> collect(target, reads));
                expression.call().args().forEach(argument -> collect(argument, reads));
            }
            case LIST -> expression.list().elements().forEach(element -> collect(element, reads));
            case COMPREHENSION -> {
                collect(expression.comprehension().iterRange(), reads);
                collect(expression.comprehension().loopCondition(), reads);
                collect(expression.comprehension().loopStep(), reads);
                collect(expression.comprehension().result(), reads);
            }
            case STRUCT, MAP -> reads.add("metadata");
            case NOT_SET, CONSTANT, IDENT -> {}
        }
    }
}
