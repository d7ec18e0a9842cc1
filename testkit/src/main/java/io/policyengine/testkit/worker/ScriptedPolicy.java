package io.policyengine.testkit.worker;

import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.chain.run.ShadowObserver;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy of a {@link ScriptedWorker}, for both phases.
 *
 * @param need the body need in both phases
 * @param identity names of the header fields in which the policy sends the client's identity upstream
 * @param keepsRequestBody true if the response phase reads the request body
 * @param metadata the declared use of Envoy's metadata
 */
record ScriptedPolicy(
        Policy behaviour,
        BodyNeed need,
        Set<Fact> facts,
        List<String> identity,
        EndAccuracy accuracy,
        ObjectNode schema,
        boolean keepsRequestBody,
        EntryFacts metadata) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    static ScriptedPolicy of(Policy behaviour, BodyNeed need, Fact... facts) {
        return new ScriptedPolicy(
                behaviour,
                need,
                setOf(facts),
                List.of(),
                EndAccuracy.NONE,
                JsonNodeFactory.instance.objectNode(),
                false,
                EntryFacts.none());
    }

    private static Set<Fact> setOf(Fact... facts) {
        return facts.length == 0 ? Set.of() : EnumSet.copyOf(List.of(facts));
    }

    /** Returns a copy with this behaviour, body need and facts. Its other declarations are unchanged. */
    ScriptedPolicy with(Policy other, BodyNeed needed, Fact... declared) {
        return new ScriptedPolicy(
                other, needed, setOf(declared), identity, accuracy, schema, keepsRequestBody, metadata);
    }

    ScriptedPolicy withIdentity(String... fields) {
        return new ScriptedPolicy(
                behaviour, need, facts, List.of(fields), accuracy, schema, keepsRequestBody, metadata);
    }

    ScriptedPolicy withEnd(EndAccuracy wanted) {
        return new ScriptedPolicy(behaviour, need, facts, identity, wanted, schema, keepsRequestBody, metadata);
    }

    ScriptedPolicy withSchema(ObjectNode declared) {
        return new ScriptedPolicy(behaviour, need, facts, identity, accuracy, declared, keepsRequestBody, metadata);
    }

    ScriptedPolicy withRequestBodyKept() {
        return new ScriptedPolicy(behaviour, need, facts, identity, accuracy, schema, true, metadata);
    }

    ScriptedPolicy withMetadata(EntryFacts read) {
        return new ScriptedPolicy(behaviour, need, facts, identity, accuracy, schema, keepsRequestBody, read);
    }

    boolean keepsRequestBodyFor(Phase phase) {
        return phase == Phase.RESPONSE && keepsRequestBody;
    }

    DeclaredPolicy declared(String name) {
        return new DeclaredPolicy(
                new PolicyDescriptor(
                        name,
                        "1.0.0",
                        Family.OTHER,
                        "A scripted policy.",
                        EnumSet.allOf(Phase.class),
                        need,
                        need,
                        facts,
                        accuracy,
                        keepsRequestBody),
                schema);
    }

    /** Returns the entries of a chain whose preparation is unfinished. */
    static List<PreparedChain.Entry> hesitating(ChainSpec spec) {
        ParamProblem slow = new ParamProblem("", "a file has not answered");
        return spec.entries().stream()
                .map(_ -> new PreparedChain.Entry(false, List.of(slow), BodyNeed.NONE, EntryFacts.none()))
                .toList();
    }

    /** Returns the result of preparing an entry. A null policy means that the worker does not know the policy. */
    static PreparedChain.Entry prepared(@Nullable ScriptedPolicy policy, ChainSpec.Entry entry, Phase phase) {
        var problem = entry.params().get("problem");
        List<ParamProblem> problems =
                problem == null ? List.of() : List.of(new ParamProblem("/problem", problem.asString()));
        return policy == null
                ? new PreparedChain.Entry(true, problems, BodyNeed.NONE, false, EntryFacts.of(Set.of()))
                : new PreparedChain.Entry(
                        false,
                        problems,
                        policy.need(),
                        policy.keepsRequestBodyFor(phase),
                        EntryFacts.of(policy.facts())
                                .with(HeaderUse.Action.IDENTITY, policy.identity())
                                .with(policy.metadata()));
    }

    BoundEntry bound(ChainSpec.Entry entry, Phase phase, @Nullable ShadowObserver shadow) {
        Duration timeout = entry.timeout() == null ? TIMEOUT : entry.timeout();
        return BoundEntry.builder(entry.name(), entry.policy(), behaviour, timeout)
                .onFailure(entry.onFailure())
                .onOverload(entry.onOverload())
                .body(need, keepsRequestBodyFor(phase))
                .condition(conditionOf(entry, phase))
                .shadow(shadow)
                .build();
    }

    private static @Nullable Expression<Boolean> conditionOf(ChainSpec.Entry entry, Phase phase) {
        return entry.when() != null
                        && Expression.condition(entry.when(), phase)
                                instanceof Compiled.Ok<Boolean>(Expression<Boolean> condition)
                ? condition
                : null;
    }
}
