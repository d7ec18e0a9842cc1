package io.policyengine.core.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of {@code matches}, compiled once. A pattern must be a literal: a pattern from a request could be
 * expensive to match, and would be compiled each time. Thread-safe.
 */
final class Patterns {
    static final String FUNCTION = "matches";

    /**
     * Maximum size of a compiled pattern of CEL's function {@code matches}, in RE2/J instructions. The time of a match
     * grows with this size.
     */
    private static final int LARGEST = 1000;

    /**
     * Maximum number of compiled patterns of CEL's function {@code matches} that are cached. When it is reached, all
     * are dropped; patterns in use are compiled again on demand.
     */
    private static final int MAX = 10_000;

    private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

    private Patterns() {}

    /** Returns whether the pattern occurs in the text. {@link #faults} has already checked the pattern. */
    static boolean matches(String text, String pattern) {
        Pattern known = COMPILED.get(pattern);
        return (known == null ? compile(pattern) : known).matcher(text).find();
    }

    private static Pattern compile(String pattern) {
        if (COMPILED.size() >= MAX) {
            COMPILED.clear();
        }
        return COMPILED.computeIfAbsent(pattern, Pattern::compile);
    }

    static List<ExpressionFault> faults(CelAbstractSyntaxTree expression) {
        List<ExpressionFault> faults = new ArrayList<>();
        CelNavigableAst.fromAst(expression)
                .getRoot()
                .allNodes()
                .map(CelNavigableExpr::expr)
                .filter(node -> node.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL)
                .filter(node -> node.call().function().equals(FUNCTION))
                .map(node -> node.call().args().getLast())
                .forEach(pattern -> {
                    String fault = fault(pattern);
                    if (fault != null) {
                        faults.add(at(expression, pattern, fault));
                    }
                });
        return faults;
    }

    private static @Nullable String fault(CelExpr argument) {
        if (argument.exprKind().getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || argument.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
            return "the pattern of 'matches' has to be a literal";
        }
        try {
            int size = compile(argument.constant().stringValue()).programSize();
            return size <= LARGEST
                    ? null
                    : "a pattern of " + size + " instructions (RE2/J); at most " + LARGEST + " are allowed";
        } catch (PatternSyntaxException malformed) {
            return "not an RE2 pattern: " + malformed.getDescription();
        }
    }

    static ExpressionFault at(CelAbstractSyntaxTree expression, CelExpr node, String message) {
        int offset = Objects.requireNonNullElse(
                expression.getSource().getPositionsMap().get(node.id()), 0);
        CelSourceLocation place =
                expression.getSource().getOffsetLocation(offset).orElseThrow();
        return new ExpressionFault(place.getLine(), place.getColumn() + 1, message);
    }
}
