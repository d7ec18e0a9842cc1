package io.policyengine.policies.ratelimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.denial.DenialFormat;

/** Parameters of {@code rateLimit}. */
@Doc("Limits how many requests a client may send, by a token bucket for each client.")
record RateLimitParams(
        @Doc("Sustained rate: tokens that a bucket gets back in a second. May be a fraction.")
        @Default("100")
        @Range(min = RateLimitParams.MIN_RATE, max = RateLimitParams.MAX_RATE)
        double requestsPerSecond,

        @Doc("Size of a bucket: the number of requests that may pass at one instant.")
        @Default("20")
        @Range(min = 1, max = 1_000_000)
        int burst,

        @Doc(
                value =
                        "Who shares a bucket: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                examples = {"\"client_ip\"", "\"header:X-Tenant\""})
        @Default("\"identity\"")
        String key,

        @Doc("Maximum number of buckets that are kept in memory; beyond it, the least used ones are forgotten.")
        @Default("100000")
        @Range(min = 1, max = 10_000_000)
        int maxKeys,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    static final double MIN_RATE = 0.001;
    static final double MAX_RATE = 1_000_000;
}
