package io.policyengine.policies.ai.tokenbasedratelimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.policy.Store;
import io.policyengine.policies.ai.shared.budget.InputEstimate;
import io.policyengine.policies.ai.shared.budget.ReserveOutput;
import io.policyengine.policies.ai.shared.budget.UnknownRequest;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.counting.Span;
import io.policyengine.policies.traffic.shared.counting.StoreFailure;
import io.policyengine.policies.traffic.shared.limit.Algorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code tokenBasedRateLimit}. */
@Doc("Limits how many tokens of models a client may use: reserved on the request, settled by what the answer used.")
record TokenBasedRateLimitParams(
        @Doc("Limits, all of which a request has to fit in; if one denies it, none counts it.") @NonEmpty
        List<TokenLimit> limits,

        @Doc("Way of counting: gcra lets what was used run out evenly, the others count in windows.")
        @Default("\"sliding_window\"")
        Algorithm algorithm,

        @Doc(
                value = "Where tokens are counted: local is this process, others are of worker_core.stores.",
                examples = "\"redis\"")
        @Default("\"" + Store.LOCAL + "\"")
        String store,

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
        UnknownRequest onUnknown,

        @Doc("True to tell clients their limits by X-RateLimit-Limit-Tokens, -Remaining-Tokens and -Reset-Tokens.")
        @Default("true")
        boolean headers,

        @Doc(
                "False to do without the headers of responses, which saves a message between Envoy and the engine for each exchange: with facts: envoy and headers: false only. An answer that tells no use is charged what was reserved then, also an error, or one that has not begun.")
        @Default("true")
        boolean responseHeaders,

        @Doc("Seconds by which Retry-After is more at most, by chance, so that clients do not all come back at once.")
        @Default("0")
        @Range(min = 0, max = 3600)
        int retryJitterS,

        @Doc(
                value =
                        "Who shares the counts: absent, this entry of this route alone, in both flows; global or global NAME, all entries that write the same.",
                examples = {"\"global\"", "\"global models\""})
        @Nullable
        @Pattern("^global( [A-Za-z0-9._-]{1,64})?$")
        String scope,

        @Doc("Maximum number of clients whose counts are kept in memory; beyond it, the least used ones are forgotten.")
        @Default("100000")
        @Range(min = 1, max = 10_000_000)
        int maxKeys,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** Kinds of tokens. */
    @Doc("Tokens that a limit counts.")
    enum Count {
        /** Input and output. */
        TOTAL,
        /** The input alone. */
        INPUT,
        /** The output alone. */
        OUTPUT
    }

    /** A limit. */
    @Doc("A limit: so many tokens of a client in a time.")
    record TokenLimit(
            @Doc(value = "Name in metadata and for people. Absent: the value of per.", examples = "\"per-minute\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Number of tokens.") @Range(min = 1, max = 1_000_000_000_000L)
            long tokens,

            @Doc(
                    value = "The time in which they may be used: second, minute, hour, day, or seconds such as 90s.",
                    examples = {"\"minute\"", "\"90s\""})
            @Pattern(Span.FORM)
            String per,

            @Doc(
                    value =
                            "Who is counted together: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc("Tokens that count.") @Default("\"total\"") Count count,

            @Doc(
                    value =
                            "Models that it applies to, in any case; * stands for any characters. A model that nobody knows counts as one of them. Absent: all.",
                    examples = "[\"gpt-4*\"]")
            @Nullable
            @NonEmpty
            List<String> models,

            @Doc("True if the limit only counts: a request that it would have denied passes, and metadata says so.")
            @Default("false")
            boolean shadow) {}
}
