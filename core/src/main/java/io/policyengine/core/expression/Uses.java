package io.policyengine.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import io.policyengine.core.http.CredentialFields;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Determines which values an expression reads. If the name of a header is computed, the expression may read any header.
 */
final class Uses {
    private static final Set<String> BY_KEY = Set.of(
            Operator.INDEX.getFunction(),
            Operator.OPTIONAL_INDEX.getFunction(),
            Operator.OPTIONAL_SELECT.getFunction());

    private final Phase phase;
    private final Set<String> headers = new HashSet<>();
    private final Set<String> namespaces = new HashSet<>();
    private boolean identity;

    private Uses(Phase phase) {
        this.phase = phase;
    }

    /** Returns the facts about the values that a checked expression reads. */
    static EntryFacts of(CelAbstractSyntaxTree expression, Phase phase) {
        Uses uses = new Uses(phase);
        forEachVariable(expression, uses::see);
        EntryFacts facts = EntryFacts.readingMetadata(uses.namespaces.toArray(new String[0]))
                .with(HeaderUse.Action.READS, uses.headers);
        return uses.identity ? facts.with(Fact.USES_IDENTITY) : facts;
    }

    /** Returns the names of the variables that a checked expression reads. */
    static Set<String> variables(CelAbstractSyntaxTree expression) {
        Set<String> names = new HashSet<>();
        forEachVariable(expression, (name, _) -> names.add(name));
        return Set.copyOf(names);
    }

    /**
     * Returns a fault for each use of Envoy's metadata without a literal namespace. An expression receives only the
     * namespaces that occur in it literally.
     */
    static List<ExpressionFault> faults(CelAbstractSyntaxTree expression) {
        List<ExpressionFault> faults = new ArrayList<>();
        forEachVariable(expression, (variable, node) -> {
            if (variable.equals(Variable.ENVOY_METADATA) && keyIn(node).equals(HeaderUse.ALL)) {
                faults.add(Patterns.at(
                        expression,
                        node.expr(),
                        "'" + variable + "' needs the namespace as a literal: write " + variable
                                + "[\"envoy.filters.http.mcp\"]"));
            }
        });
        return faults;
    }

    /** Calls the consumer with the name and the node of each variable in a checked expression. */
    static void forEachVariable(CelAbstractSyntaxTree expression, BiConsumer<String, CelNavigableExpr> each) {
        CelNavigableAst.fromAst(expression)
                .getRoot()
                .allNodes()
                .forEach(node -> expression
                        .getReference(node.id())
                        .map(CelReference::name)
                        .ifPresent(name -> each.accept(name, node)));
    }

    private void see(String variable, CelNavigableExpr node) {
        if (variable.equals(Variable.ENVOY_METADATA)) {
            namespaces.add(keyIn(node));
        }
        String message = phase.name().toLowerCase(Locale.ROOT);
        if (variable.equals(message + ".headers") || variable.equals(message + ".header_values")) {
            headers.add(keyIn(node));
        }
        identity |= Identity.isPart(variable)
                || (variable.equals("metadata") && Identity.isHeldBy(keyIn(node)))
                || (phase == Phase.RESPONSE && mayTellIdentity(variable, node));
    }

    /**
     * Returns whether a value that a response policy reads may distinguish clients: a request field that identifies the
     * client or holds a credential, or a field or metadata whose name is computed.
     */
    private static boolean mayTellIdentity(String variable, CelNavigableExpr node) {
        boolean isOfRequest = variable.endsWith("request.headers") || variable.endsWith("request.header_values");
        if (!isOfRequest && !variable.equals("metadata")) {
            return false;
        }
        String key = keyIn(node);
        return key.equals(HeaderUse.ALL) || (isOfRequest && CredentialFields.distinguish(HeaderMap.lowerCase(key)));
    }

    /** Returns the literal key of a lookup in the map, or {@link HeaderUse#ALL} if the key is computed. */
    private static String keyIn(CelNavigableExpr map) {
        CelExpr around = map.parent().map(CelNavigableExpr::expr).orElse(map.expr());
        if (around.exprKind().getKind() == CelExpr.ExprKind.Kind.SELECT) {
            return around.select().field();
        }
        if (around.exprKind().getKind() != CelExpr.ExprKind.Kind.CALL) {
            return HeaderUse.ALL;
        }
        List<CelExpr> args = around.call().args();
        if (BY_KEY.contains(around.call().function()) && args.getFirst().id() == map.id()) {
            return literal(args.getLast());
        }
        return around.call().function().equals(Operator.IN.getFunction()) ? literal(args.getFirst()) : HeaderUse.ALL;
    }

    private static String literal(CelExpr key) {
        return key.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && key.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? key.constant().stringValue()
                : HeaderUse.ALL;
    }
}
