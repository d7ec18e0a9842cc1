package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import io.policyengine.policies.traffic.shared.counting.LimitProblems;

/** The bodies that a budget reads and edits, and Envoy's metadata that can replace them. */
public record BudgetNeeds(FactsSource source, InputEstimate estimate, boolean editsBody) {
    /** Adds a problem for each parameter that needs the body if bodies are not read. */
    public void check(LimitProblems findings) {
        if (source == FactsSource.ENVOY && editsBody) {
            findings.add("/inject_include_usage", "changes the body, which is not read with facts: envoy");
        }
        if (source == FactsSource.ENVOY && estimate != InputEstimate.FACTS) {
            findings.add("/estimate", "needs the body, which is not read with facts: envoy");
        }
    }

    public BodyNeed body(Phase phase) {
        return switch (phase) {
            case REQUEST -> source == FactsSource.ENVOY ? BodyNeed.NONE : BodyNeed.BUFFERED;
            case RESPONSE -> source == FactsSource.ENVOY ? BodyNeed.NONE : BodyNeed.BUFFERED_OR_STREAMING;
        };
    }

    /** Returns the declared facts, extended by the metadata that the budget reads in place of a body. */
    public EntryFacts facts(EntryFacts declared, Phase phase) {
        if (source == FactsSource.BODY) {
            return declared;
        }
        return switch (phase) {
            case REQUEST -> ofRequest(declared.with(EntryFacts.readingMetadata(RequestFacts.ENVOY_NAMESPACE)));
            case RESPONSE -> declared.with(source.ofUsage());
        };
    }

    private EntryFacts ofRequest(EntryFacts reading) {
        boolean hasSubstitute = source == FactsSource.AUTO && estimate == InputEstimate.FACTS && !editsBody;
        return hasSubstitute
                ? reading.with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, RequestFacts.ENVOY_NAMESPACE))
                : reading;
    }
}
