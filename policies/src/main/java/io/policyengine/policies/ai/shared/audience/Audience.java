package io.policyengine.policies.ai.shared.audience;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.policies.authentication.shared.jwt.ClaimFields;
import io.policyengine.policies.authentication.shared.jwt.RequiredClaim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The clients to which a rule applies. All conditions must hold; a rule without conditions applies to everyone. Ids and
 * claims are compared exactly.
 *
 * @param consumers accepted ids; empty for any
 * @param claims claims that an identity must have
 * @param when condition on the request; null for none
 */
public record Audience(
        Set<String> consumers,
        List<RequiredClaim> claims,
        @Nullable Expression<Boolean> when) {
    /**
     * Compiles the audience of a rule, and records problems.
     *
     * @param pointer JSON Pointer to the rule
     */
    public static Audience of(AudienceParams params, String pointer, Collection<ParamProblem> problems) {
        List<RequiredClaim> claims = new ArrayList<>();
        params.claims().forEach((name, value) -> {
            String place = pointer + "/claims" + JsonPointer.empty().appendProperty(name);
            if (value.isNull() || value.isObject() || (value.isArray() && value.isEmpty())) {
                problems.add(
                        new ParamProblem(place, "the required value of the claim is expected, or a list of values"));
            }
            List<JsonNode> values = value.isArray() ? value.valueStream().toList() : List.of(value);
            claims.add(new RequiredClaim(ClaimFields.path(name, place, problems), values));
        });
        Set<String> consumers = params.consumers() == null
                ? Set.of()
                : Set.copyOf(params.consumers().values());
        return new Audience(consumers, List.copyOf(claims), condition(params.when(), pointer + "/when", problems));
    }

    private static @Nullable Expression<Boolean> condition(
            @Nullable String text, String pointer, Collection<ParamProblem> problems) {
        if (text == null) {
            return null;
        }
        return switch (Expression.condition(text, Phase.REQUEST)) {
            case Compiled.Ok<Boolean>(Expression<Boolean> expression) -> expression;
            case Compiled.Invalid<Boolean>(List<ExpressionFault> faults) -> {
                faults.forEach(fault -> problems.add(new ParamProblem(pointer, fault.explain(text))));
                yield null;
            }
        };
    }

    /**
     * Returns whether the rule applies to the client of this request.
     *
     * @throws PolicyException if the condition has no value
     */
    public boolean includes(RequestContext context) {
        return isKnown(context.metadata()) && (when == null || when.evaluate(context));
    }

    /** Returns whether the rule applies to the client of this response; see {@link #includes(RequestContext)}. */
    public boolean includes(ResponseContext context) {
        return isKnown(context.metadata()) && (when == null || when.evaluate(context));
    }

    private boolean isKnown(Metadata metadata) {
        if (!consumers.isEmpty()) {
            String id = Identity.id(metadata);
            if (id == null || !consumers.contains(id)) {
                return false;
            }
        }
        if (claims.isEmpty()) {
            return true;
        }
        JsonNode told = metadata.get(Identity.CLAIMS);
        return told != null && claims.stream().allMatch(claim -> claim.holdsIn(told));
    }

    /** Returns the facts that the rule reads. */
    public EntryFacts facts() {
        EntryFacts facts = when == null ? EntryFacts.none() : when.facts();
        return consumers.isEmpty() && claims.isEmpty() ? facts : facts.with(Fact.NEEDS_IDENTITY);
    }
}
