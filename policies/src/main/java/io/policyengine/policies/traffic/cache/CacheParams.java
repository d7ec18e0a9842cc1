package io.policyengine.policies.traffic.cache;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.Range;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc(
        "Answers requests from stored responses of the upstream (RFC 9111). Must be listed in both flows, with the same name and the same parameters.")
record CacheParams(
        @Doc(
                "True if all clients share answers. By default each identity has its own, and so has each value of partition_fields.")
        @Default("false")
        boolean shared,

        @Doc(
                value =
                        "In addition, requests with different values of this key share no answer: identity, client_ip, header:NAME, or a CEL expression that gives a string (where there is none, the client address).",
                examples = {"\"header:X-Tenant\"", "\"identity.claims.tenant\""})
        @Nullable
        String key,

        @Doc(
                value =
                        "Request fields that may identify the client: requests with other values share no answer, unless shared is true. Absent: all fields that may hold a credential or say who the client is, except those that proved the identity.",
                examples = "[\"Authorization\", \"X-Session\"]")
        @Nullable
        OptionalStrings partitionFields,

        @Doc("Seconds for which an answer is fresh if it states no lifetime. With 0, such an answer is stored only if"
                + " it has no-cache and a validator, or if stale-if-error permits its use.")
        @Default("0")
        @Range(min = 0, max = 31_536_000)
        int ttlS,

        @Doc("Maximum seconds for which an answer is fresh, whatever lifetime it states, and for which it may then be"
                + " used stale.")
        @Default("86400")
        @Range(min = 1, max = 31_536_000)
        int maxTtlS,

        @Doc(
                "Seconds for which a stale answer may be used while one request fetches a new one, unless the answer states a time of its own.")
        @Default("0")
        @Range(min = 0, max = 604_800)
        int staleWhileRevalidateS,

        @Doc(
                "Seconds for which a stale answer may be used if the upstream answers 500, 502, 503 or 504, unless the answer states a time of its own.")
        @Default("0")
        @Range(min = 0, max = 604_800)
        int staleIfErrorS,

        @Doc(
                "Seconds for which a stale answer is kept, so that the upstream can be asked whether it is still the same.")
        @Default("600")
        @Range(min = 0, max = 604_800)
        int revalidateS,

        @Doc("Maximum bytes of an answer's body; a longer one, or one above "
                + "resource_limits.max_body_size_bytes, passes and is not stored.")
        @Default("1048576")
        @Range(min = 0, max = 16_777_216)
        int maxBodyBytes,

        @Doc(
                "Maximum number of answers of one resource and one partition that differ by Vary; beyond it, the oldest is removed.")
        @Default("16")
        @Range(min = 1, max = 256)
        int maxVariants,

        @Doc("The store: local (the memory of the process), or a name of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc("Memory for answers in the local store, in bytes; beyond it, the least used ones are evicted.")
        @Default("8388608")
        @Range(min = 65_536, max = 1_073_741_824)
        long maxBytes,

        @Doc("Treatment of requests while the store fails: they go to the upstream, or are denied with 503.")
        @Default("\"allow\"")
        OnStoreFailure onStoreFailure,

        @Doc("Effect of Set-Cookie in an answer: it passes and is not stored, or it is stored without these fields.")
        @Default("\"pass\"")
        SetCookie setCookie,

        @Doc(
                value =
                        "Response fields that say how this cache is to store an answer, in place of Cache-Control and Expires (RFC 9213).",
                examples = "[\"CDN-Cache-Control\"]")
        @Default("[]")
        OptionalStrings targetedFields,

        @Doc("True if a client may ask for a new answer, or refuse an old one, by Cache-Control and Pragma.")
        @Default("true")
        boolean requestDirectives,

        @Doc(
                "Maximum milliseconds for which a request waits for an answer that another request fetches; 0: each request goes to the upstream.")
        @Default("1000")
        @Range(min = 0, max = 60_000)
        int waitMs,

        @Doc("Maximum number of requests that wait for answers at once; further requests go to the upstream.")
        @Default("1000")
        @Range(min = 0, max = 100_000)
        int maxWaiting,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Treatment of requests while the store fails.")
    enum OnStoreFailure {
        ALLOW,
        DENY
    }

    @Doc("Effect of Set-Cookie in an answer.")
    enum SetCookie {
        PASS,
        /** The response passes, and is stored without its cookies. */
        STRIP
    }
}
