package io.policyengine.policies.ai.tokenbasedratelimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.budget.BudgetParams;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.counting.Span;
import io.policyengine.policies.traffic.shared.limit.Algorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Limits how many tokens of models a client may use. The tokens are reserved on the request, and corrected by the "
        + "usage that the response reports.")
record TokenBasedRateLimitParams(
        @Doc("Limits. A request must satisfy all of them; if one limit denies it, no limit counts it.") @NonEmpty
        List<TokenLimit> limits,

        @Doc("Counting algorithm: gcra frees used tokens evenly over time; the others count in windows.")
        @Default("\"sliding_window\"")
        Algorithm algorithm,

        @Flat BudgetParams budget,

        @Doc("True to report limits to clients in the fields X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Tokens "
                + "and X-RateLimit-Reset-Tokens.")
        @Default("true")
        boolean headers,

        @Doc("False to skip response headers, which saves one message between Envoy and the engine in each exchange. "
                + "Possible only with facts: envoy and headers: false. Then a response without usage is charged its "
                + "reservation, even if it is an error or never begins.")
        @Default("true")
        boolean responseHeaders,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Tokens that a limit counts.")
    enum Count {
        /** Input and output. */
        TOTAL,
        INPUT,
        OUTPUT
    }

    @Doc("A limit: a number of tokens that a client may use in a time span.")
    record TokenLimit(
            @Doc(
                    value = "Name of the limit in metadata and messages. If absent, the value of per.",
                    examples = "\"per-minute\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Number of tokens.") @Range(min = 1, max = 1_000_000_000_000L)
            long tokens,

            @Doc(
                    value = "The time span of the limit: second, minute, hour, day, or seconds such as 90s.",
                    examples = {"\"minute\"", "\"90s\""})
            @Pattern(Span.FORM)
            String per,

            @Doc(
                    value = "Key by which use is counted: identity (of an earlier policy, else the client address), "
                            + "client_ip, header:NAME, or a CEL expression with a string as its value (else "
                            + "the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc("Tokens that count.") @Default("\"total\"") Count count,

            @Doc(
                    value = "Models to which the limit applies, regardless of letter case; * matches any characters. "
                            + "The limit also applies if the model is unknown. If absent, all models.",
                    examples = "[\"gpt-4*\"]")
            @Nullable
            @NonEmpty
            List<String> models,

            @Doc("True to only count: a request that the limit would deny passes, and metadata records this.")
            @Default("false")
            boolean shadow) {}
}
