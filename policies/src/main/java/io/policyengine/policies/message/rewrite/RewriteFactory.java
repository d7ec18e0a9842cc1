package io.policyengine.policies.message.rewrite;

import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.Set;
import java.util.stream.Stream;

/** Makes {@code rewrite}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RewriteFactory implements PolicyFactory<RewriteParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "rewrite",
            "1.0.0",
            "Changes path, query, method and authority of requests.",
            Set.of(Phase.REQUEST),
            Set.of());

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<RewriteParams> paramsType() {
        return RewriteParams.class;
    }

    @Override
    public EntryFacts facts(RewriteParams params, Phase phase) {
        Stream<String> path = params.path() == null ? Stream.empty() : Stream.of(params.path());
        return TemplateFacts.of(
                EntryFacts.of(DESCRIPTOR.facts()), phase, Stream.concat(path, params.query().set().values().stream()));
    }

    @Override
    public Policy create(RewriteParams params, PolicyEnvironment env) {
        return new RewritePolicy(RewritePlan.of(params));
    }
}
