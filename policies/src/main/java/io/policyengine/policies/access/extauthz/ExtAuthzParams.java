package io.policyengine.policies.access.extauthz;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Asks an authorization service whether requests may pass, by Envoy's or OPA's protocols, and caches the "
        + "decisions.")
record ExtAuthzParams(
        @Doc("Protocol of the service: grpc is envoy.service.auth.v3; http is the HTTP form of Envoy's ext_authz "
                + "filter; opa is OPA's data API.")
        ProtocolName protocol,

        @Doc(
                value = "The service: a name of worker_core.targets, or a URL.",
                examples = {"\"authz\"", "\"http://127.0.0.1:8181/v1/data/http/authz\""})
        String target,

        @Doc(
                value = "With opa, the path appended to the target's URL; if absent, the URL is called unchanged. With "
                        + "http, a prefix for the request's path.",
                examples = "\"/v1/data/http/authz\"")
        @Nullable
        String path,

        @Doc(
                value = "Request fields that are sent to the service. If absent, all; with http, only Authorization. "
                        + "Method, path, host and the client's address are always sent.",
                examples = "[\"Authorization\", \"Cookie\"]")
        @Nullable
        OptionalStrings includeHeaders,

        @Doc("Maximum bytes of the body that are sent to the service. 0 for none: then the body is not read.")
        @Default("0")
        @Range(min = 0, max = 1_048_576)
        int includeBodyBytes,

        @Doc(
                value = "Request fields that the service may set for the upstream; clients' values of listed fields "
                        + "are removed. If absent, all except identity fields; with http, none.",
                examples = "[\"X-Tenant\"]")
        @Nullable
        OptionalStrings upstreamHeaders,

        @Doc(
                value = "Fields of the service's denial that are sent to the client, in addition to Content-Type, "
                        + "Location and WWW-Authenticate. If absent, all.",
                examples = "[\"Set-Cookie\"]")
        @Nullable
        OptionalStrings clientHeaders,

        @Doc(
                value = "With grpc, fields that an allowing answer may set on the response (response_headers_to_add). "
                        + "If absent, all. If the list is empty, the policy does not process responses.",
                examples = "[\"Set-Cookie\"]")
        @Nullable
        OptionalStrings responseHeaders,

        @Doc("Cache of decisions. Absent: none.") @Nullable Cache cache,

        @Doc("Status of the denial if the service gives no answer, or an invalid one. If absent, on_failure of the "
                + "entry decides about a missing answer, and an invalid answer is denied with 502.")
        @Nullable
        @Range(min = 400, max = 599)
        Integer statusOnError,

        @Doc("Maximum length of a response of the service, in bytes.")
        @Default("65536")
        @Range(min = 1024, max = 1_048_576)
        int maxAnswerBytes,

        @Doc("Form of the body of a denial if the service gives no body.") @Default("\"json\"")
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
                    value = "CEL expressions with strings as values. Requests of one client with equal values share a "
                            + "decision. The expressions must read request.method and request.path, unless "
                            + "the list contains any: then decisions are valid for any method and path. If "
                            + "all values are empty, the decision is not cached. If key is absent, requests "
                            + "share a decision only if everything that is sent to the service is equal.",
                    examples = {"[\"identity.id\", \"request.method\", \"request.path\"]", "[\"identity.id\", \"any\"]"
                    })
            @Nullable
            StringOrList key,

            @Doc("Seconds for which an allowing decision is valid.") @Default("60") @Range(min = 1, max = 86_400)
            int ttlS,

            @Doc("Seconds for which a denial is valid. 0 to not cache denials.")
            @Default("10")
            @Range(min = 0, max = 86_400)
            int negativeTtlS,

            @Doc("Additional seconds for which an allowing decision is valid while the service does not answer.")
            @Default("0")
            @Range(min = 0, max = 86_400)
            int staleS,

            @Doc("Maximum memory for decisions, in bytes; beyond it, the least used decisions are evicted.")
            @Default("8388608")
            @Range(min = 65_536, max = 1_073_741_824)
            long maxBytes) {}
}
