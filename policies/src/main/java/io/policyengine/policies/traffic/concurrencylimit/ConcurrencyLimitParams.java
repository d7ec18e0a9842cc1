package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Limits how many requests of a client may be in progress at the same time.")
record ConcurrencyLimitParams(
        @Doc("Maximum number of requests of one key that may be in progress at the same time. A request is in "
                + "progress until its response ends. May be absent if adaptive has max.")
        @Nullable
        @Range(min = 1, max = 1_000_000)
        Integer max,

        @Doc(
                value = "Adapts the limit to the latency of the requests. If absent, the limit is max.",
                examples = "{\"min\": 10, \"max\": 200}")
        @Nullable
        Adaptive adaptive,

        @Doc(
                value = "Key by which requests are counted: identity (of an earlier policy, else the client address), "
                        + "client_ip, header:NAME, or a CEL expression with a string as its value (else the "
                        + "client address).",
                examples = {"\"client_ip\"", "\"header:X-Tenant\""})
        @Default("\"identity\"")
        String key,

        @Doc("Status of a denial.") @Default("503") @Range(min = 400, max = 599)
        int status,

        @Doc("Retry-After of a denial, in seconds. If absent, the field is not sent.")
        @Nullable
        @Range(min = 0, max = 86_400)
        Integer retryAfter,

        @Doc("Store in which requests are counted: local (separately in each worker process), or a name of "
                + "worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc(
                value = "Entries that share counts in a shared store. Without scope, entries of the same name on the "
                        + "same route share them; with global or global NAME, all entries with the same value.",
                examples = {"\"global\"", "\"global exports\""})
        @Nullable
        @Pattern("^global( [A-Za-z0-9._-]{1,64})?$")
        String scope,

        @Doc("Number of worker processes that share the store. While the store fails, each process applies the "
                + "limit divided by this number, rounded up.")
        @Default("1")
        @Range(min = 1, max = 10_000)
        int replicas,

        @Doc("Seconds after which a shared store frees the permits of a crashed instance.")
        @Default("30")
        @Range(min = 3, max = 3600)
        int leaseS,

        @Doc("Treatment of requests while a shared store fails: local counts them in each worker process, against "
                + "its share of the limit; allow lets them pass; deny answers with 503.")
        @Default("\"local\"")
        OnStoreFailure onStoreFailure,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Treatment of requests while a shared store fails.")
    enum OnStoreFailure {
        /** The limit of this process applies. */
        LOCAL,
        ALLOW,
        DENY;

        /**
         * Returns whether this treatment applies to a failure. Overload is not a failure of the store, but
         * {@link #LOCAL} applies to it as well.
         */
        boolean appliesTo(StoreException failure) {
            return failure.isOfStore() || (this == LOCAL && failure.kind() == StoreException.Kind.OVERLOADED);
        }
    }

    @Doc("A limit that adapts to the latency of the requests.")
    record Adaptive(
            @Doc("Lower bound of the limit.") @Default("1") @Range(min = 1, max = 1_000_000)
            int min,

            @Doc("Upper bound of the limit. If absent, max of the policy.") @Nullable @Range(min = 1, max = 1_000_000)
            Integer max,

            @Doc("The limit until latencies are known. If absent, 20, or the nearest value between min and max.")
            @Nullable
            @Range(min = 1, max = 1_000_000)
            Integer initial,

            @Doc("Factor by which the latency may exceed the latency without a queue before the limit shrinks.")
            @Default("1.5")
            @Range(min = 1, max = 10)
            double tolerance,

            @Doc("Milliseconds after which the limit is adapted, if at least 10 requests have ended.")
            @Default("1000")
            @Range(min = 100, max = 60_000)
            int windowMs) {}
}
