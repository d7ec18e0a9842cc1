package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.ai.mcpaccess.McpAccessParams.OnDifference;
import io.policyengine.policies.ai.shared.accessrules.AccessPlan;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import io.policyengine.policies.ai.shared.mcp.ToolLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code mcpAccess}. */
@Descriptor(
        name = "mcpAccess",
        version = "1.0.0",
        family = Family.AI,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = {McpCode.class, JsonRpcCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class McpAccessFactory implements PolicyFactory<McpAccessParams> {
    @Override
    public BodyNeed bodyNeed(McpAccessParams params, Phase phase) {
        return phase == Phase.REQUEST && params.facts() == McpAccessParams.Facts.ENVOY
                ? BodyNeed.NONE
                : descriptor().bodyNeed(phase);
    }

    @Override
    public EntryFacts facts(McpAccessParams params, Phase phase) {
        EntryFacts ofGrants = McpGrants.plan(params, new ArrayList<>()).facts();
        if (phase == Phase.RESPONSE) {
            // In the response, an entry removes from lists what the caller may not use.
            return ofGrants.with(EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.DECLARES_ALL_EFFECTS)));
        }
        EntryFacts declared = PolicyFactory.super.facts(params, phase).with(ofGrants);
        // Only the replica that has seen a changed list denies calls of its tools.
        boolean remembers = params.pin() != null && params.onChanged() != OnDifference.REPORT;
        EntryFacts facts = remembers ? declared.with(Fact.RELIES_ON_LOCAL_STATE) : declared;
        return switch (params.facts()) {
            case BODY -> facts;
            case ENVOY -> facts.with(EntryFacts.readingMetadata(EnvoyFacts.NAMESPACE));
            case AUTO -> facts.with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, EnvoyFacts.NAMESPACE));
        };
    }

    @Override
    public Policy create(McpAccessParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        AccessPlan<McpGrants> plan = McpGrants.plan(params, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new McpAccessPolicy(params, plan, pinned(params, env), env);
    }

    /** Returns the pinned tools, if configured. Both flows of the route share the differences from the lock file. */
    private static Optional<PinnedTools> pinned(McpAccessParams params, PolicyEnvironment env) {
        @Nullable String pin = params.pin();
        if (pin == null) {
            return Optional.empty();
        }
        try {
            var file = env.watch(pin, ToolLock::parse);
            Drift drift = env.sharedState("drift", new Watched(env.route(), pin), Drift::new);
            return Optional.of(new PinnedTools(file, drift, params.onChanged()));
        } catch (InvalidParamsException unreadable) {
            throw unreadable.at("/pin");
        }
    }

    private record Watched(String route, String pin) {}
}
