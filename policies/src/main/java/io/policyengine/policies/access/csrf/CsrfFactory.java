package io.policyengine.policies.access.csrf;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.access.shared.origin.Origins;
import java.util.ArrayList;
import java.util.List;

/** Creates the policy {@code csrf}. */
@Descriptor(
        name = "csrf",
        version = "1.0.0",
        family = Family.ACCESS,
        phases = Phase.REQUEST,
        facts = {Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.DECLARES_ALL_EFFECTS},
        codes = CsrfCode.class,
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class CsrfFactory implements PolicyFactory<CsrfParams> {
    @Override
    public EntryFacts facts(CsrfParams params, Phase phase) {
        return PolicyFactory.super.facts(params, phase).with(HeaderUse.Action.READS, CsrfPolicy.FIELDS);
    }

    @Override
    public Policy create(CsrfParams params, PolicyEnvironment env) {
        StringOrList listed = params.allowOrigins();
        List<String> texts = listed == null ? List.of() : listed.values();
        List<ParamProblem> problems = new ArrayList<>();
        Origins origins = Origins.read(texts, "/allow_origins", problems);
        for (String open : List.of(Origins.ANY, Origins.OPAQUE)) {
            if (texts.contains(open)) {
                problems.add(new ParamProblem(
                        "/allow_origins/" + texts.indexOf(open),
                        "'" + open + "' would let every page act for the user: list the origins"));
            }
        }
        if (origins.includesArbitraryOrigins()) {
            problems.add(new ParamProblem(
                    "/allow_origins",
                    "a pattern for all origins would let every page act for the user: give a pattern "
                            + "for certain hosts"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new CsrfPolicy(params, origins);
    }
}
