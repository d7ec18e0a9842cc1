package io.policyengine.policies.access.extauthz;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Lets an authorization service decide, by Envoy's protocols or OPA's, and caches its decisions.")
record ExtAuthzParams(
        @Doc("Protocol of the service: grpc is envoy.service.auth.v3, http its HTTP form, opa OPA's data API.")
        ProtocolName protocol,

        @Doc(
                value = "The service: a name of worker_core.targets, or a URL.",
                examples = {"\"authz\"", "\"http://127.0.0.1:8181/v1/data/http/authz\""})
        String target,

        @Doc(
                value =
                        "With opa, the path below the target's URL; absent: the target's URL. With http, a prefix of the request's path.",
                examples = "\"/v1/data/http/authz\"")
        @Nullable
        String path,

        @Doc(
                value =
                        "Request fields that the service is shown. Absent: all, but with http only Authorization. Method, path, host and the client's address are always shown.",
                examples = "[\"Authorization\", \"Cookie\"]")
        @Nullable
        OptionalStrings includeHeaders,

        @Doc("Maximum bytes of the body that the service is shown; 0: none, and the body is not read.")
        @Default("0")
        @Range(min = 0, max = 1_048_576)
        int includeBodyBytes,

        @Doc(
                value =
                        "Request fields that the service may set for the upstream; clients' values are removed. Absent: all but identity fields, with http none.",
                examples = "[\"X-Tenant\"]")
        @Nullable
        OptionalStrings upstreamHeaders,

        @Doc(
                value =
                        "Fields of a denial that the client gets, besides Content-Type, Location and WWW-Authenticate. Absent: all.",
                examples = "[\"Set-Cookie\"]")
        @Nullable
        OptionalStrings clientHeaders,

        @Doc(
                value =
                        "With grpc, fields that an allowing answer may set on the response (response_headers_to_add). Absent: all. With an empty list, the engine does not see responses.",
                examples = "[\"Set-Cookie\"]")
        @Nullable
        OptionalStrings responseHeaders,

        @Doc("Cache of decisions. Absent: none.") @Nullable Cache cache,

        @Doc(
                "Status of the denial if the service gives no answer, or an invalid one. Absent: without an answer on_failure "
                        + "of the entry decides, and an invalid answer is denied with 502.")
        @Nullable
        @Range(min = 400, max = 599)
        Integer statusOnError,

        @Doc("Maximum bytes of an answer of the service.") @Default("65536") @Range(min = 1024, max = 1_048_576)
        int maxAnswerBytes,

        @Doc("Form of the body of a denial for which the service gives none.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Protocol of an authorization service.")
    enum ProtocolName {
        /** Envoy's gRPC service. */
        GRPC,
        /** The HTTP form of Envoy's filter. */
        HTTP,
        /** OPA's data API. */
        OPA
    }

    @Doc("Cache of decisions.")
    record Cache(
            @Doc(
                    value =
                            "CEL expressions that give strings: requests of one client with equal values share a decision. They have to read request.method and request.path, unless the list contains any: decisions are then valid for any method and path. If all values are empty, the decision is not cached. Absent: all that the service is shown.",
                    examples = {"[\"identity.id\", \"request.method\", \"request.path\"]", "[\"identity.id\", \"any\"]"
                    })
            @Nullable
            StringOrList key,

            @Doc("Seconds for which an allowing decision is valid.") @Default("60") @Range(min = 1, max = 86_400)
            int ttlS,

            @Doc("Seconds for which a denial is valid; 0: it is not cached.")
            @Default("10")
            @Range(min = 0, max = 86_400)
            int negativeTtlS,

            @Doc("Additional seconds for which an allowing decision is valid while the service does not answer.")
            @Default("0")
            @Range(min = 0, max = 86_400)
            int staleS,

            @Doc("Memory for decisions, in bytes; beyond it, the least used are evicted.")
            @Default("8388608")
            @Range(min = 65_536, max = 1_073_741_824)
            long maxBytes) {}
}
