package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import io.policyengine.policies.traffic.shared.counting.LimitProblems;

/** The needs of a budget: the bodies that it reads and edits, and the metadata of Envoy that can replace them. */
public record BudgetNeeds(FactsSource source, InputEstimate estimate, boolean editsBody) {
    /** If bodies are not read, adds a problem for each parameter that needs the body. */
    public void check(LimitProblems findings) {
        if (source == FactsSource.ENVOY && editsBody) {
            findings.add(
                    "/inject_include_usage",
                    "the parameter needs a change of the body, which is not read with " + "facts: envoy");
        }
        if (source == FactsSource.ENVOY && estimate != InputEstimate.FACTS) {
            findings.add("/estimate", "the parameter needs the body, which is not read with facts: envoy");
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
