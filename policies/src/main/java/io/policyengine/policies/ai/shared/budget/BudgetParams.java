package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.traffic.shared.counting.StoreFailure;

/** The parameters of every budget. */
public record BudgetParams(
        @Doc(
                "What becomes of requests while the store fails: local counts them in this process, against its share of the limits; allow lets them pass; deny answers 503.")
        @Default("\"local\"")
        StoreFailure onStoreFailure,

        @Doc(
                "Number of instances that count in the store: while it fails, each has the limits divided by it, rounded up.")
        @Default("1")
        @Range(min = 1, max = 10_000)
        int replicas,

        @Doc(
                "Where the facts of a request and the use of its answer are taken from: envoy is what Envoy's AI filters tell, body the bodies, auto what Envoy told, else the bodies.")
        @Default("\"auto\"")
        FactsSource facts,

        @Doc(
                "How the input is estimated until its answer tells it: facts is by Envoy, where it did, else as chars_per_token; chars_per_token is by the length of the request's texts; tokenizer counts their tokens, in the encoding of the model that is asked for.")
        @Default("\"facts\"")
        InputEstimate estimate,

        @Doc("Octets of text, in UTF-8, that are taken for one token.") @Default("4") @Range(min = 1, max = 16)
        int charsPerToken,

        @Doc(
                "Tokens of output that are reserved: max_output_tokens for as many as the request allows, or a number, of which no more is reserved than the request allows.")
        @Default("\"max_output_tokens\"")
        ReserveOutput reserveOutput,

        @Doc(
                "Tokens of output that are reserved for a request that does not say how many it allows, where reserve_output is max_output_tokens.")
        @Default("1024")
        @Range(min = 1, max = 100_000_000)
        long defaultOutputTokens,

        @Doc(
                "True to set stream_options.include_usage in chats of OpenAI's shape that stream, without which their answers do not tell their use.")
        @Default("false")
        boolean injectIncludeUsage,

        @Doc(
                "What becomes of a request with a body in no known shape: deny answers 400; reserve lets it pass, charged what was reserved unless its answer tells its use.")
        @Default("\"deny\"")
        UnknownRequest onUnknown) {

    public BudgetNeeds needs() {
        return new BudgetNeeds(facts, estimate, injectIncludeUsage);
    }
}
