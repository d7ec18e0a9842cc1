package io.policyengine.policies.access;

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
import io.policyengine.policies.jwt.ClaimPath;
import io.policyengine.policies.jwt.RequiredClaim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A condition on who calls: consumers, claims and an expression, all of which must hold as far as they are stated. It is the same in both phases:
 * it looks at the request and its identity.
 */
public final class Who {
    private final List<String> consumers;
    private final List<RequiredClaim> claims;
    private final Optional<Expression<Boolean>> when;

    private Who(List<String> consumers, List<RequiredClaim> claims, Optional<Expression<Boolean>> when) {
        this.consumers = consumers;
        this.claims = claims;
        this.when = when;
    }

    /**
     * The condition that these parameters state; notes what is wrong with them.
     *
     * @param pointer place of the rule
     */
    public static Who of(
            List<String> consumers,
            Map<String, JsonNode> claims,
            Optional<String> when,
            String pointer,
            Collection<ParamProblem> problems) {
        if (consumers.isEmpty() && claims.isEmpty() && when.isEmpty()) {
            problems.add(new ParamProblem(pointer, "a rule says whom it is for: consumers, claims or when"));
        }
        List<RequiredClaim> compiled = new ArrayList<>();
        claims.forEach((name, value) ->
                claim(name, value, pointer + "/claims", problems).ifPresent(compiled::add));
        return new Who(
                List.copyOf(consumers),
                List.copyOf(compiled),
                when.flatMap(text -> compiled(text, pointer + "/when", problems)));
    }

    private static Optional<RequiredClaim> claim(
            String name, JsonNode value, String pointer, Collection<ParamProblem> problems) {
        String place = pointer + JsonPointer.empty().appendProperty(name);
        if (value.isNull() || (value.isArray() && value.isEmpty())) {
            problems.add(new ParamProblem(place, "the value that the claim must have, or a list of values"));
            return Optional.empty();
        }
        try {
            List<JsonNode> values = value.isArray() ? value.valueStream().toList() : List.of(value);
            return Optional.of(new RequiredClaim(ClaimPath.parse(name), values));
        } catch (IllegalArgumentException wrong) {
            problems.add(new ParamProblem(place, String.valueOf(wrong.getMessage())));
            return Optional.empty();
        }
    }

    private static Optional<Expression<Boolean>> compiled(
            String text, String pointer, Collection<ParamProblem> problems) {
        return switch (Expression.condition(text, Phase.REQUEST)) {
            case Compiled.Ok<Boolean>(var expression) -> Optional.of(expression);
            case Compiled.Invalid<Boolean>(List<ExpressionFault> faults) -> {
                faults.forEach(fault -> problems.add(new ParamProblem(pointer, fault.explain(text))));
                yield Optional.empty();
            }
        };
    }

    /** The facts that it looks at, for checks of the chain that it is in. */
    public EntryFacts facts() {
        EntryFacts facts = when.map(Expression::facts).orElseGet(EntryFacts::none);
        return consumers.isEmpty() && claims.isEmpty() ? facts : facts.with(Fact.USES_IDENTITY);
    }

    /**
     * True if the condition holds for a request.
     *
     * @throws io.policyengine.core.error.PolicyException if the expression has no value
     */
    public boolean isFor(RequestContext context) {
        return isFor(context.metadata(), () -> when.isEmpty() || when.get().evaluate(context));
    }

    /** The same for a response; see {@link #isFor(RequestContext)}. */
    public boolean isFor(ResponseContext context) {
        return isFor(context.metadata(), () -> when.isEmpty() || when.get().evaluate(context));
    }

    private boolean isFor(Metadata metadata, Supplier<Boolean> expression) {
        return isConsumer(metadata) && hasClaims(metadata) && expression.get();
    }

    private boolean isConsumer(Metadata metadata) {
        String id = Identity.id(metadata);
        return consumers.isEmpty() || (id != null && consumers.contains(id));
    }

    private boolean hasClaims(Metadata metadata) {
        JsonNode found = metadata.get(Identity.CLAIMS);
        JsonNode all = found == null ? MissingNode.getInstance() : found;
        return claims.stream().allMatch(claim -> claim.holdsIn(all));
    }
}
