package io.policyengine.policies.message.rewrite;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.shared.template.TemplateFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Creates the policy {@code rewrite}. */
@Descriptor(
        name = "rewrite",
        version = "1.0.0",
        family = Family.MESSAGE,
        phases = Phase.REQUEST,
        facts = {Fact.DECLARES_ALL_EFFECTS, Fact.CHANGES_REQUEST},
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RewriteFactory implements PolicyFactory<RewriteParams> {
    @Override
    public EntryFacts facts(RewriteParams params, Phase phase) {
        Stream<String> path = params.path() == null ? Stream.empty() : Stream.of(params.path());
        return TemplateFacts.of(
                PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.SETS, changed(params)),
                phase,
                Stream.concat(path, params.query().set().values().stream()));
    }

    private static List<String> changed(RewriteParams params) {
        List<String> names = new ArrayList<>();
        if (params.path() != null || params.pathPattern() != null) {
            names.add(HeaderUse.PATH);
        }
        if (params.method() != null) {
            names.add(HeaderUse.METHOD);
        }
        if (params.authority() != null) {
            names.add(HeaderUse.AUTHORITY);
        }
        return names;
    }

    @Override
    public Policy create(RewriteParams params, PolicyEnvironment env) {
        return new RewritePolicy(RewritePlan.of(params));
    }
}
