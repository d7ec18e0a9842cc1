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
        @Doc("True to share responses among all clients. By default, each identity and each value of "
                + "partition_fields has its own responses.")
        @Default("false")
        boolean shared,

        @Doc(
                value = "Further key: requests with different values of it share no responses. identity, client_ip, "
                        + "header:NAME, or a CEL expression with a string as its value (else the client "
                        + "address).",
                examples = {"\"header:X-Tenant\"", "\"identity.claims.tenant\""})
        @Nullable
        String key,

        @Doc(
                value = "Request fields that may identify the client. Requests with different values of them share no "
                        + "responses, unless shared is true. If absent, all fields that may hold a credential "
                        + "or identify the client, except those that proved the identity.",
                examples = "[\"Authorization\", \"X-Session\"]")
        @Nullable
        OptionalStrings partitionFields,

        @Doc("Seconds for which a response is fresh if it states no lifetime. With 0, such a response is stored only "
                + "if it has no-cache and a validator, or if stale-if-error permits its use.")
        @Default("0")
        @Range(min = 0, max = 31_536_000)
        int ttlS,

        @Doc("Maximum seconds for which a response is fresh, even if it states a longer lifetime; also the maximum "
                + "seconds for which it may then be used stale.")
        @Default("86400")
        @Range(min = 1, max = 31_536_000)
        int maxTtlS,

        @Doc("Seconds for which a stale response may be used while one request fetches a new one, unless the "
                + "response states a time.")
        @Default("0")
        @Range(min = 0, max = 604_800)
        int staleWhileRevalidateS,

        @Doc("Seconds for which a stale response may be used if the upstream answers with 500, 502, 503 or 504, "
                + "unless the response states a time.")
        @Default("0")
        @Range(min = 0, max = 604_800)
        int staleIfErrorS,

        @Doc("Seconds for which a stale response is kept so that the upstream can validate it.")
        @Default("600")
        @Range(min = 0, max = 604_800)
        int revalidateS,

        @Doc("Maximum size of a stored body in bytes. Longer responses pass without being stored, as do those above "
                + "resource_limits.max_body_size_bytes.")
        @Default("1048576")
        @Range(min = 0, max = 16_777_216)
        int maxBodyBytes,

        @Doc("Maximum number of responses of one resource and one partition that differ by Vary; beyond it, the "
                + "oldest one is removed.")
        @Default("16")
        @Range(min = 1, max = 256)
        int maxVariants,

        @Doc("Store of the responses: local (the memory of the process), or a name of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc("Maximum memory for responses in the local store, in bytes; beyond it, the least used ones are evicted.")
        @Default("8388608")
        @Range(min = 65_536, max = 1_073_741_824)
        long maxBytes,

        @Doc("Treatment of requests while the store fails: they go to the upstream, or are denied with 503.")
        @Default("\"allow\"")
        OnStoreFailure onStoreFailure,

        @Doc("Effect of Set-Cookie in a response: the response passes without being stored, or it is stored without "
                + "its Set-Cookie fields.")
        @Default("\"pass\"")
        SetCookie setCookie,

        @Doc(
                value = "Response fields that control this cache in place of Cache-Control and Expires (RFC 9213).",
                examples = "[\"CDN-Cache-Control\"]")
        @Default("[]")
        OptionalStrings targetedFields,

        @Doc("True to let clients request a new response, or refuse an old one, with Cache-Control and Pragma.")
        @Default("true")
        boolean requestDirectives,

        @Doc("Maximum milliseconds for which a request waits for a response that another request fetches. With 0, "
                + "each request goes to the upstream.")
        @Default("1000")
        @Range(min = 0, max = 60_000)
        int waitMs,

        @Doc("Maximum number of requests that wait for responses at the same time; further requests go to the "
                + "upstream.")
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

    @Doc("Effect of Set-Cookie in a response.")
    enum SetCookie {
        PASS,
        /** The response passes, and is stored without its cookies. */
        STRIP
    }
}
