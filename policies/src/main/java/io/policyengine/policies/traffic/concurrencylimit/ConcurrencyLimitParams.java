package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Limits how many requests of a client are in progress at once.")
record ConcurrencyLimitParams(
        @Doc(
                "Maximum number of requests of one key in progress at once; a request is in progress until its response ends. May be absent if adaptive has max.")
        @Nullable
        @Range(min = 1, max = 1_000_000)
        Integer max,

        @Doc(
                value = "Lets the limit follow the latency of the requests. Absent: it is max.",
                examples = "{\"min\": 10, \"max\": 200}")
        @Nullable
        Adaptive adaptive,

        @Doc(
                value =
                        "Key by which requests are counted: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                examples = {"\"client_ip\"", "\"header:X-Tenant\""})
        @Default("\"identity\"")
        String key,

        @Doc("Status of a denial.") @Default("503") @Range(min = 400, max = 599)
        int status,

        @Doc("Retry-After of a denial, in seconds. Absent: no such field.") @Nullable @Range(min = 0, max = 86_400)
        Integer retryAfter,

        @Doc("Store that counts the requests: local (each worker process for itself), or one of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc(
                value =
                        "Entries that count together in a shared store: without scope, the entries of the same name on the same route; with global or global NAME, all entries with the same value.",
                examples = {"\"global\"", "\"global exports\""})
        @Nullable
        @Pattern("^global( [A-Za-z0-9._-]{1,64})?$")
        String scope,

        @Doc(
                "Number of worker processes that share the store. While the store fails, each applies the limit divided by this number, rounded up.")
        @Default("1")
        @Range(min = 1, max = 10_000)
        int replicas,

        @Doc("Seconds after which a shared store frees the permits of a crashed instance.")
        @Default("30")
        @Range(min = 3, max = 3600)
        int leaseS,

        @Doc(
                "Treatment of requests while a shared store fails: local counts them in each worker process, against its share; allow lets them pass; deny answers 503.")
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
         * Returns whether this treatment applies to a failure. Overload is no failure of the store, but requests may be
         * counted locally then.
         */
        boolean appliesTo(StoreException failure) {
            return failure.isOfStore() || (this == LOCAL && failure.kind() == StoreException.Kind.OVERLOADED);
        }
    }

    @Doc("A limit that follows the latency of the requests.")
    record Adaptive(
            @Doc("Lower bound of the limit.") @Default("1") @Range(min = 1, max = 1_000_000)
            int min,

            @Doc("Upper bound of the limit. Absent: max of the policy.") @Nullable @Range(min = 1, max = 1_000_000)
            Integer max,

            @Doc("The limit until latencies are known. Absent: 20, or the nearest value that min and max allow.")
            @Nullable
            @Range(min = 1, max = 1_000_000)
            Integer initial,

            @Doc("Factor by which latencies may exceed those without a queue before the limit shrinks.")
            @Default("1.5")
            @Range(min = 1, max = 10)
            double tolerance,

            @Doc("Milliseconds after which the limit changes, if at least 10 requests have ended.")
            @Default("1000")
            @Range(min = 100, max = 60_000)
            int windowMs) {}
}
