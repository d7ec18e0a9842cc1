package io.policyengine.kernel.blackbox.chains;

import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Leniency.Occasion;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A policy that declares less, or more, than it does.
 *
 * @param policy its name
 * @param declared the facts that it declares
 * @param honest the facts that it would have to declare
 */
record Lie(String policy, EntryFacts declared, EntryFacts honest, Policy behaviour) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static List<Lie> all() {
        return List.of(
                of(
                        "authenticatesNotAllA",
                        DeclaringPolicies.facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS),
                        _ -> DeclaringPolicies.facts(Fact.PROVIDES_IDENTITY),
                        DeclaringPolicies.authenticating(true)),
                of(
                        "requiresNoIdentityA",
                        DeclaringPolicies.facts(Fact.REQUIRES_IDENTITY, Fact.RESTRICTS_ACCESS),
                        _ -> DeclaringPolicies.facts(Fact.RESTRICTS_ACCESS),
                        (name, _) -> DeclaringPolicies.passed(name)),
                of(
                        "skipsA",
                        DeclaringPolicies.facts(),
                        declared -> declared.with(Fact.SKIPS_REMAINING),
                        DeclaringPolicies::skipping),
                of(
                        "dropsIdentityA",
                        DeclaringPolicies.facts(),
                        _ -> EntryFacts.none(),
                        (name, request) -> DeclaringPolicies.is(request.request(), "x-drop", name)
                                ? RequestOutcome.proceed(List.of(
                                        new SetMetadata(Identity.ID, JSON.nullNode()),
                                        new RemoveHeader(DeclaringPolicies.IDENTITY)))
                                : RequestOutcome.unchanged()),
                of(
                        "remembersA",
                        DeclaringPolicies.facts(),
                        declared -> declared.with(Fact.ANSWERS_FROM_MEMORY),
                        DeclaringPolicies::answering),
                of(
                        "changesA",
                        DeclaringPolicies.facts(),
                        declared -> declared.with(Fact.CHANGES_REQUEST),
                        (_, request) -> DeclaringPolicies.changing(request)),
                of(
                        "limitsNotAlwaysA",
                        DeclaringPolicies.facts(Fact.LIMITS_USE, Fact.HAS_DEPENDENCY),
                        declared -> declared.passing(Occasion.DEPENDENCY_AWAY, "/on_store_failure"),
                        (name, request) -> DeclaringPolicies.is(request.request(), "x-away", name)
                                ? RequestOutcome.unchanged()
                                : DeclaringPolicies.passed(name)),
                of(
                        "answersNotAllA",
                        DeclaringPolicies.facts(Fact.ALWAYS_ANSWERS),
                        _ -> DeclaringPolicies.facts(),
                        (name, request) -> DeclaringPolicies.is(request.request(), "x-skip", name)
                                ? RequestOutcome.unchanged()
                                : DeclaringPolicies.denied()),
                of(
                        "identifiesA",
                        DeclaringPolicies.facts(Fact.RESTRICTS_ACCESS),
                        declared -> declared.with(Fact.PROVIDES_IDENTITY),
                        (name, _) -> RequestOutcome.proceed(List.of(
                                new SetMetadata(Identity.ID, JSON.stringNode(name)),
                                new SetHeader(DeclaringPolicies.IDENTITY, name),
                                new SetHeader(DeclaringPolicies.STAMP + name, "1")))),
                new Lie(
                        DeclaringPolicies.MASK + "NotAllA",
                        DeclaringPolicies.facts(Fact.MASKS_CONTENT),
                        DeclaringPolicies.facts(Fact.MASKS_CONTENT).passing(Occasion.TOO_LARGE, "/on_too_large"),
                        new MasksNotAll(DeclaringPolicies.MASK + "NotAllA")));
    }

    private static Lie of(
            String policy, EntryFacts declared, UnaryOperator<EntryFacts> honest, DeclaringPolicies.Step step) {
        return new Lie(policy, declared, honest.apply(declared), DeclaringPolicies.steered(policy, declared, step));
    }

    /** Masks no response that the request says it must not mask. */
    private record MasksNotAll(String name) implements Policy {
        @Override
        public Future<ResponseOutcome> onResponse(ResponseContext response) {
            return DeclaringPolicies.is(response.originalRequest(), "x-away", name)
                    ? ResponseOutcome.unchanged()
                    : ResponseOutcome.proceed(List.of(new SetHeader(DeclaringPolicies.STAMP + name, "1")));
        }
    }
}
