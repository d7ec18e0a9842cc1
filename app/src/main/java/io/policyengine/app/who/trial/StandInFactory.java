package io.policyengine.app.who.trial;

import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** Creates the stand-in for one entry, a policy whose name is unique. */
record StandInFactory(String name, LintEntry entry, Supplier<TrialCase> present)
        implements PolicyFactory<StandInFactory.None> {

    /** No parameters. */
    record None() {}

    @Override
    public PolicyDescriptor descriptor() {
        BodyNeed need = entry.bodyNeed() == BodyNeed.NONE ? BodyNeed.NONE : BodyNeed.BUFFERED;
        return new PolicyDescriptor(
                name,
                "1.0.0",
                Family.OTHER,
                "A stand-in.",
                EnumSet.allOf(Phase.class),
                need,
                need,
                Set.of(Fact.MAY_DENY),
                EndAccuracy.NONE,
                false);
    }

    @Override
    public Class<None> paramsType() {
        return None.class;
    }

    @Override
    public EntryFacts facts(None params, Phase phase) {
        return EntryFacts.of(Set.of(Fact.MAY_DENY));
    }

    @Override
    public Policy create(None params, PolicyEnvironment env) {
        return new StandIn(name, entry.facts(), present);
    }
}
