package io.policyengine.policies.concurrencylimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code concurrencyLimit}. */
@Doc("Limits how many requests of a client are under way at once.")
record ConcurrencyLimitParams(
        @Doc("Maximum number of requests of one key that are under way at once, to the end of their responses.")
        @Range(min = 1, max = 1_000_000)
        int max,

        @Doc(
                value =
                        "Whose requests are counted together: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                examples = {"\"client_ip\"", "\"header:X-Tenant\""})
        @Default("\"identity\"")
        String key,

        @Doc("Status of a denial.") @Default("503") @Range(min = 400, max = 599)
        int status,

        @Doc("Seconds that a denial tells the client to wait, in Retry-After. Absent: none.")
        @Nullable
        @Range(min = 0, max = 86_400)
        Integer retryAfter,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}
