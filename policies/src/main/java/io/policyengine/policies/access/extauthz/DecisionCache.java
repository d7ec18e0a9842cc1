package io.policyengine.policies.access.extauthz;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationQuestion;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory of decisions: under which key they are kept, and for how long.
 *
 * @param key the expressions of the key; empty for all that the service is shown
 */
record DecisionCache(
        List<Expression<String>> key,
        Duration ttl,
        Duration negativeTtl,
        Duration stale,
        Lookup<Sha256, Decision> decisions) {
    /** Stands in text for octets that are no UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    /** Compiles a key; notes what is wrong. */
    static List<Expression<String>> compile(@Nullable StringOrList key, List<ParamProblem> problems) {
        List<Expression<String>> expressions = new ArrayList<>();
        for (String text : key == null ? List.<String>of() : key.values()) {
            switch (Expression.text(text, Phase.REQUEST)) {
                case Compiled.Ok<String>(Expression<String> expression) -> expressions.add(expression);
                case Compiled.Invalid<String>(List<ExpressionFault> faults) ->
                    problems.add(new ParamProblem(
                            "/cache/key",
                            "not an expression that gives a string: "
                                    + faults.getFirst().explain(text)));
            }
        }
        return List.copyOf(expressions);
    }

    /**
     * The key of a request: a digest, in which each part comes after its length. Null if its decision is not to be remembered: all parts are
     * empty, or one has no value, as where a field is absent. Else a client could make the policy fail by leaving one out.
     */
    @Nullable
    Sha256 keyOf(RequestContext context, Supplier<AuthorizationQuestion> question) {
        if (key.isEmpty()) {
            return question.get().digest();
        }
        byte[][] parts = new byte[2 * key.size()][];
        boolean isEmpty = true;
        for (int i = 0; i < key.size(); i++) {
            String text = valueOf(key.get(i), context);
            if (text == null || text.indexOf(REPLACEMENT) >= 0) {
                // Octets that are no UTF-8 look all the same here.
                return null;
            }
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            isEmpty &= value.length == 0;
            parts[2 * i] =
                    ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array();
            parts[2 * i + 1] = value;
        }
        return isEmpty ? null : Sha256.of(parts);
    }

    private static @Nullable String valueOf(Expression<String> part, RequestContext context) {
        try {
            return part.evaluate(context);
        } catch (PolicyException noValue) {
            return null;
        }
    }

    /** The decision with its times: a no is never given out longer than it counts. */
    Loaded<Decision> loaded(Decision decision) {
        return decision.isAllowed()
                ? new Loaded<>(decision, ttl, stale, decision.weight())
                : new Loaded<>(decision, negativeTtl, Duration.ZERO, decision.weight());
    }
}
