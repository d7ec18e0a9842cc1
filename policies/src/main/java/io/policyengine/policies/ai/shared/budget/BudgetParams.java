package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.traffic.shared.counting.CountingParams;

/** The parameters that all policies with budgets share. */
public record BudgetParams(
        @Flat CountingParams counting,

        @Doc("Source of the facts of a request and of the token usage of its response: envoy for the metadata of "
                + "Envoy's AI filters; body for the bodies; auto for Envoy's metadata if present, else the bodies.")
        @Default("\"auto\"")
        FactsSource facts,

        @Doc("How to estimate the input tokens until the response reports them. facts is Envoy's estimate; if there is "
                + "none, it is the same as chars_per_token. chars_per_token estimates from the length of the "
                + "request's texts. tokenizer counts their tokens, in the encoding of the requested model.")
        @Default("\"facts\"")
        InputEstimate estimate,

        @Doc("Octets of text, in UTF-8, that count as one token.") @Default("4") @Range(min = 1, max = 16)
        int charsPerToken,

        @Doc("Output tokens to reserve: max_output_tokens for the request's own limit, or a number. If the request's "
                + "own limit is lower than the number, it is used.")
        @Default("\"max_output_tokens\"")
        ReserveOutput reserveOutput,

        @Doc("Output tokens to reserve if reserve_output is max_output_tokens and the request has no limit of its "
                + "own.")
        @Default("1024")
        @Range(min = 1, max = 100_000_000)
        long defaultOutputTokens,

        @Doc("True to set stream_options.include_usage in streamed requests of OpenAI's Chat Completions, whose "
                + "responses otherwise report no usage.")
        @Default("false")
        boolean injectIncludeUsage,

        @Doc("Treatment of a request with a body of an unknown interface: deny answers with 400; reserve lets it "
                + "pass, and charges its reservation unless the response reports usage.")
        @Default("\"deny\"")
        UnknownRequest onUnknown) {

    public BudgetNeeds needs() {
        return new BudgetNeeds(facts, estimate, injectIncludeUsage);
    }
}
