package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.params.Doc;

/** The methods for estimating the input tokens of a request. */
@Doc("How to estimate the input tokens. facts is Envoy's estimate; if there is none, it is the same as "
        + "chars_per_token. chars_per_token estimates from the octets of the request's texts. tokenizer counts their "
        + "tokens.")
public enum InputEstimate {
    /** Envoy's estimate, or, without one, the length of the texts. */
    FACTS,
    /** The length of the texts, divided by the octets per token. */
    CHARS_PER_TOKEN,
    /** The number of tokens in the texts. */
    TOKENIZER
}
