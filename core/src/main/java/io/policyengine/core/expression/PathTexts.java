package io.policyengine.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableExpr;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds literals that are compared with a path, but are not in the {@linkplain NormalPath normal form} of paths. Such a
 * comparison has the same result for every path, which the author cannot have intended.
 */
final class PathTexts {
    private static final Set<String> PATHS = Set.of("request.path", "original_request.path");

    private static final Set<String> COMPARISONS = Set.of(
            Operator.EQUALS.getFunction(),
            Operator.NOT_EQUALS.getFunction(),
            Operator.IN.getFunction(),
            "startsWith",
            "endsWith",
            "contains");

    private final CelAbstractSyntaxTree expression;
    private final List<ExpressionFault> faults = new ArrayList<>();

    private PathTexts(CelAbstractSyntaxTree expression) {
        this.expression = expression;
    }

    /** Returns a fault for each literal of a checked expression that is not in normal form. */
    static List<ExpressionFault> faults(CelAbstractSyntaxTree expression) {
        PathTexts texts = new PathTexts(expression);
        Uses.forEachVariable(expression, (variable, node) -> {
            if (PATHS.contains(variable)) {
                node.parent().ifPresent(around -> texts.seeComparison(variable, node, around.expr()));
            }
        });
        return texts.faults;
    }

    private void seeComparison(String variable, CelNavigableExpr path, CelExpr around) {
        if (around.exprKind().getKind() != CelExpr.ExprKind.Kind.CALL) {
            return;
        }
        CelExpr.CelCall call = around.call();
        boolean isMatch = call.function().equals(Patterns.FUNCTION);
        if (!isMatch && !COMPARISONS.contains(call.function())) {
            return;
        }
        List<CelExpr> others = new ArrayList<>(call.args());
        call.target().ifPresent(others::add);
        others.removeIf(other -> other.id() == path.id());
        others.forEach(other -> see(variable, path, other, isMatch));
    }

    /** Checks a literal, or the literals of which a list or a composed text consists. */
    private void see(String variable, CelNavigableExpr path, CelExpr compared, boolean isPattern) {
        switch (compared.exprKind().getKind()) {
            case CONSTANT -> {
                if (compared.constant().getKind() == CelConstant.Kind.STRING_VALUE) {
                    check(variable, compared, isPattern);
                }
            }
            case LIST -> compared.list().elements().forEach(element -> see(variable, path, element, isPattern));
            case CALL -> {
                if (compared.call().function().equals(Operator.ADD.getFunction())) {
                    compared.call().args().forEach(part -> see(variable, path, part, isPattern));
                }
            }
            case IDENT -> listOf(compared.ident().name(), path).ifPresent(list -> see(variable, path, list, isPattern));
            case SELECT, MAP, STRUCT, COMPREHENSION, NOT_SET -> {}
        }
    }

    /** Returns the list over which a macro around the path iterates with this variable. */
    private static Optional<CelExpr> listOf(String iterator, CelNavigableExpr path) {
        for (Optional<CelNavigableExpr> around = path.parent(); around.isPresent(); ) {
            CelExpr macro = around.get().expr();
            if (macro.exprKind().getKind() == CelExpr.ExprKind.Kind.COMPREHENSION
                    && macro.comprehension().iterVar().equals(iterator)) {
                return Optional.of(macro.comprehension().iterRange())
                        .filter(range -> range.exprKind().getKind() == CelExpr.ExprKind.Kind.LIST);
            }
            around = around.get().parent();
        }
        return Optional.empty();
    }

    private void check(String variable, CelExpr literal, boolean isPattern) {
        String text = literal.constant().stringValue();
        String normal = isPattern ? NormalPath.ofPattern(text) : NormalPath.ofFragment(Octets.fromText(text));
        if (!normal.equals(text)) {
            faults.add(Patterns.at(
                    expression,
                    literal,
                    "'" + variable + "' is in normal form: write '" + normal + "' instead of '" + text + "'"));
        }
    }
}
