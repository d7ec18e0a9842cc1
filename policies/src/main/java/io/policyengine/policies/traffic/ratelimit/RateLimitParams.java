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
        @Doc(
                "Sustained rate in requests per second: the tokens that a bucket regains per second. May be a fraction. Absent: 100. Not with limits.")
        @Nullable
        @Range(min = RateLimitParams.MIN_RATE, max = RateLimitParams.MAX_RATE)
        Double requestsPerSecond,

        @Doc("Size of a bucket: the number of requests that may pass at one instant. Absent: 20. Not with limits.")
        @Nullable
        @Range(min = 1, max = 1_000_000)
        Integer burst,

        @Doc(
                value =
                        "Key of a bucket: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address). Absent: identity. Not with limits.",
                examples = {"\"client_ip\"", "\"header:X-Tenant\""})
        @Nullable
        String key,

        @Doc("Limits, all of which a request must satisfy; a request that one limit denies is counted by none.")
        @Nullable
        @NonEmpty
        List<LimitParams> limits,

        @Doc(
                "Algorithm of counting: sliding_window passes at most requests in any time per, fixed_window in each window, gcra frees used requests evenly over time. Absent: gcra in the short form and for limits with burst, else sliding_window.")
        @Nullable
        Algorithm algorithm,

        @Flat CountingParams counting,

        @Doc("Fields with a client's limits: draft is RateLimit and RateLimit-Policy, legacy the "
                + "three older ones; with none, no fields are sent. Absent: draft if limits are set; "
                + "otherwise legacy, and only on denials.")
        @Nullable
        FieldsForm headers,

        @Doc(
                "Interval, in milliseconds, at which an instance reports a client's use to the store. Until then it admits requests by itself: at most what the store had left, divided by replicas. 0: each request is counted in the store.")
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
            @Doc(value = "Name in header fields and metadata. Absent: the value of per.", examples = "\"per-minute\"")
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

            @Doc(
                    "Number of requests that may pass at one instant. Makes gcra the algorithm of this limit, which passes up to burst + requests in the first time per. Absent: as many as requests, with algorithm gcra.")
            @Nullable
            @Range(min = 1, max = 1_000_000_000)
            Long burst,

            @Doc(
                    value =
                            "Key by which requests are counted: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc(
                    value =
                            "Cost of a request: a number, or an expression in CEL that gives one; it is rounded up. Absent: 1.",
                    examples = {"5", "\"request.method == \\\"GET\\\" ? 1 : 10\""})
            @Nullable
            CostParam cost,

            @Doc("True if the limit only counts: a request that it would have denied passes, and metadata says so.")
            @Default("false")
            boolean shadow) {}
}
