package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc(
        "Runs a request only once, even if it is sent several times with the same key. Must be listed in both flows, with the same parameters.")
record IdempotencyParams(
        @Doc("Request field that holds the key.") @Default("\"Idempotency-Key\"")
        String header,

        @Doc("True to refuse requests without a key; false to pass them as if the policy were absent.")
        @Default("false")
        boolean required,

        @Doc("Methods for which keys are used, in upper case. Requests with other methods pass.")
        @Default("[\"POST\", \"PATCH\"]")
        StringOrList methods,

        @Doc(
                value = "Owner of the keys: identity (of an earlier policy, else the client address), client_ip, "
                        + "header:NAME, or a CEL expression with a string as its value (else the client "
                        + "address). An owner never gets the response to another owner's request.",
                examples = {"\"identity\"", "\"header:X-Tenant\""})
        @Default("\"identity\"")
        String key,

        @Doc("Seconds for which a stored response is sent to repeated requests.")
        @Default("86400")
        @Range(min = 1, max = 2_592_000)
        int ttlS,

        @Doc("Seconds for which a request holds its key if the end of the exchange is not reported. Must be longer "
                + "than the upstream's maximum response time.")
        @Default("60")
        @Range(min = 1, max = 86_400)
        int lockTtlS,

        @Doc("Maximum size of a stored body in bytes; resource_limits.max_body_size_bytes is a further limit.")
        @Default("262144")
        @Range(min = 0, max = 16_777_216)
        int maxBodyBytes,

        @Doc("True to also store responses with status 500 to 599; false to release the key after such a response.")
        @Default("false")
        boolean keepServerErrors,

        @Doc("Treatment of the key if the response is missing or incomplete: hold keeps it (for lock_ttl_s, or for "
                + "ttl_s if the upstream has answered); release frees it.")
        @Default("\"hold\"")
        OnIncomplete onIncomplete,

        @Doc("Retry-After, in seconds, of the response to a repeated request while the first request is in progress.")
        @Default("1")
        @Range(min = 1, max = 3600)
        int retryAfterS,

        @Doc("Store of the keys: local (the memory of the process), or a name of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc(
                value = "Entries that share the keys. If absent, the entries of this name on this route; with global "
                        + "or global NAME, all entries with the same value.",
                examples = {"\"global\"", "\"global orders\""})
        @Nullable
        @Pattern("^global( [A-Za-z0-9._-]{1,64})?$")
        String scope,

        @Doc("Maximum memory for keys and responses in the local store, in bytes.")
        @Default("4194304")
        @Range(min = 65_536, max = 1_073_741_824)
        long maxBytes,

        @Doc("Treatment of a request with a key while the store does not answer: deny answers with 503; allow lets it "
                + "run.")
        @Default("\"deny\"")
        OnStoreFailure onStoreFailure,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** The treatments of a key whose exchange ends without a complete response. */
    @Doc("Treatment of the key if the response is missing or incomplete.")
    enum OnIncomplete {
        /** The key stays in use until it expires, since the upstream may have run the request. */
        HOLD,
        RELEASE
    }

    @Doc("Treatment of a request with a key while the store does not answer.")
    enum OnStoreFailure {
        DENY,
        /** The request runs as if it had no key. */
        ALLOW
    }
}
