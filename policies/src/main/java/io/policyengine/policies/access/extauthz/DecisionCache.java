package io.policyengine.policies.access.extauthz;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationQuestion;
import io.policyengine.policies.shared.clientkey.Asker;
import io.policyengine.policies.shared.digest.KeyDigest;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of authorization decisions, with the rules for keys and lifetimes.
 *
 * @param key expressions whose values form the key. They must read method and path, unless the operator has declared
 *     that these do not matter. If empty, the key is everything that is sent to the service
 */
record DecisionCache(
        List<Expression<String>> key,
        Duration ttl,
        Duration negativeTtl,
        Duration stale,
        Lookup<Sha256, Decision> decisions) {
    /** The key element with which an operator declares that decisions are valid for any method and path. */
    private static final String ANY = "any";

    private static final Asker CLIENT = new Asker(null);

    private static final String PATH = "request.path";

    private static final String RAW_PATH = "request.raw_path";

    /** The variables on which nearly every decision depends. */
    private static final List<String> EXPECTED = List.of("request.method", PATH);

    /**
     * Compiles the expressions of a key, and reports invalid ones. Also reports a key that ignores the method or the
     * path of requests, unless it contains {@value #ANY}.
     */
    static List<Expression<String>> compile(@Nullable StringOrList key, List<ParamProblem> problems) {
        if (key == null) {
            return List.of();
        }
        int before = problems.size();
        List<Expression<String>> expressions = new ArrayList<>();
        for (String text : key.values()) {
            if (!text.equals(ANY)) {
                switch (Expression.text(text, Phase.REQUEST)) {
                    case Compiled.Ok<String>(Expression<String> expression) -> expressions.add(expression);
                    case Compiled.Invalid<String>(List<ExpressionFault> faults) ->
                        problems.add(new ParamProblem(
                                "/cache/key",
                                "an expression with a string as its value is expected: "
                                        + faults.getFirst().explain(text)));
                }
            }
        }
        String fault = problems.size() > before ? null : faultOf(key, expressions);
        if (fault != null) {
            problems.add(new ParamProblem("/cache/key", fault));
        }
        return List.copyOf(expressions);
    }

    private static @Nullable String faultOf(StringOrList key, List<Expression<String>> expressions) {
        if (expressions.isEmpty()) {
            return "the list needs at least one expression, which distinguishes requests with different decisions";
        }
        List<String> missing = EXPECTED.stream()
                .filter(variable -> expressions.stream()
                        .noneMatch(expression ->
                                expression.reads(variable) || (variable.equals(PATH) && expression.reads(RAW_PATH))))
                .toList();
        return missing.isEmpty() || key.values().contains(ANY)
                ? null
                : "requests that differ in " + String.join(" and ", missing)
                        + " would share a decision: add these to the list, or '" + ANY
                        + "' if the service decides the same for all of them";
    }

    /**
     * Returns the digest of a request's key. The key also identifies the client: by the credential fields that are sent
     * to the service, and by the identity or, without one, the address. The length of each part precedes the part.
     * Returns null if the decision must not be cached: all parts are empty, or a part has no value or is not valid
     * UTF-8. Such a part is not a failure, since a client could cause one by omitting a field.
     */
    @Nullable
    Sha256 keyOf(RequestContext context, Supplier<AuthorizationQuestion> question) {
        if (key.isEmpty()) {
            return question.get().digest();
        }
        byte[][] parts = new byte[2 * key.size() + 1][];
        boolean isEmpty = true;
        for (int i = 0; i < key.size(); i++) {
            String text = valueOf(key.get(i), context);
            if (text == null || !Octets.isExact(text)) {
                // Different octets that are not UTF-8 would all give the same key.
                return null;
            }
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            isEmpty &= value.length == 0;
            parts[2 * i] =
                    ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array();
            parts[2 * i + 1] = value;
        }
        if (isEmpty) {
            return null;
        }
        parts[2 * key.size()] = client(context, question.get().headers());
        return Sha256.of(parts);
    }

    private static byte[] client(RequestContext context, HeaderMap shown) {
        KeyDigest digest = new KeyDigest();
        CLIENT.addTo(digest, context.withRequest(context.request().withHeaders(shown)));
        if (Identity.id(context.metadata()) == null) {
            digest.add(context.request().clientAddress());
        }
        return digest.text().getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String valueOf(Expression<String> part, RequestContext context) {
        try {
            return part.evaluate(context);
        } catch (PolicyException noValue) {
            return null;
        }
    }

    /**
     * Returns the decision with its lifetime. Only an allowing decision may be used when stale. Invalid and undecided
     * answers are not cached: one request may have caused them, while others with the same key would be allowed.
     */
    Loaded<Decision> loaded(Decision decision) {
        return switch (decision.kind()) {
            case ALLOWED -> new Loaded<>(decision, ttl, stale, decision.weight());
            case DENIED -> new Loaded<>(decision, negativeTtl, Duration.ZERO, decision.weight());
            case UNDECIDED, INVALID -> new Loaded<>(decision, Duration.ZERO, Duration.ZERO, decision.weight());
        };
    }
}
