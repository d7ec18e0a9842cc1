package io.policyengine.policies.traffic.ratelimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.counting.CostParam;
import io.policyengine.policies.traffic.shared.counting.CountingParams;
import io.policyengine.policies.traffic.shared.counting.FieldsForm;
import io.policyengine.policies.traffic.shared.counting.Span;
import io.policyengine.policies.traffic.shared.limit.Algorithm;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Limits how many requests a client may send: by a token bucket for each client, or by several limits at once.")
record RateLimitParams(
        @Doc("Sustained rate in requests per second, at which the bucket refills. May be a fraction. If absent, "
                + "100. Not permitted with limits.")
        @Nullable
        @Range(min = RateLimitParams.MIN_RATE, max = RateLimitParams.MAX_RATE)
        Double requestsPerSecond,

        @Doc("Size of a bucket: the number of requests that may pass at the same instant. If absent, 20. Not permitted "
                + "with limits.")
        @Nullable
        @Range(min = 1, max = 1_000_000)
        Integer burst,

        @Doc(
                value = "Key of a bucket: identity (of an earlier policy, else the client address), client_ip, "
                        + "header:NAME, or a CEL expression with a string as its value (else the client "
                        + "address). If absent, identity. Not permitted with limits.",
                examples = {"\"client_ip\"", "\"header:X-Tenant\""})
        @Nullable
        String key,

        @Doc("Limits. A request must satisfy all of them; if one limit denies it, no limit counts it.")
        @Nullable
        @NonEmpty
        List<LimitParams> limits,

        @Doc("Counting algorithm. sliding_window limits the requests in any span of the length per; fixed_window "
                + "limits those in each fixed window; gcra frees used requests evenly over time. If absent, gcra in "
                + "the short form (without limits) and for limits with burst, else sliding_window.")
        @Nullable
        Algorithm algorithm,

        @Flat CountingParams counting,

        @Doc("Header fields that state a client's limits: draft sends RateLimit and RateLimit-Policy; legacy sends the "
                + "three older RateLimit-* fields; none sends no fields. If absent, draft with limits; without "
                + "limits, legacy, and only on denials.")
        @Nullable
        FieldsForm headers,

        @Doc("Interval, in milliseconds, at which an instance reports a client's use to the store. Between reports, "
                + "the instance admits requests by itself: at most the rest that the store last reported, "
                + "divided by replicas. With 0, each request is counted in the store.")
        @Nullable
        @Range(min = 0, max = 60_000)
        Duration syncIntervalMs,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    /** Minimum of {@code requests_per_second}, in requests per second. */
    static final double MIN_RATE = 0.001;

    /** Maximum of {@code requests_per_second}, in requests per second. */
    static final double MAX_RATE = 1_000_000;

    @Doc("A limit: a number of requests that a client may send in a time span.")
    record LimitParams(
            @Doc(
                    value = "Name of the limit in header fields and metadata. If absent, the value of per.",
                    examples = "\"per-minute\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Number of requests.") @Range(min = 1, max = 1_000_000_000)
            long requests,

            @Doc(
                    value = "The time span of the limit: second, minute, hour, day, or seconds such as 90s.",
                    examples = {"\"minute\"", "\"90s\""})
            @Pattern(Span.FORM)
            String per,

            @Doc("Number of requests that may pass at the same instant. With burst, the limit uses the algorithm "
                    + "gcra, which passes up to burst + requests in the first span per. With algorithm gcra, "
                    + "the default is the value of requests.")
            @Nullable
            @Range(min = 1, max = 1_000_000_000)
            Long burst,

            @Doc(
                    value = "Key by which requests are counted: identity (of an earlier policy, else the client "
                            + "address), client_ip, header:NAME, or a CEL expression with a string as its "
                            + "value (else the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc(
                    value = "Cost of a request: a number, or a CEL expression with a number as its value; it is "
                            + "rounded up. If absent, 1.",
                    examples = {"5", "\"request.method == \\\"GET\\\" ? 1 : 10\""})
            @Nullable
            CostParam cost,

            @Doc("True to only count: a request that the limit would deny passes, and metadata records this.")
            @Default("false")
            boolean shadow) {}
}
