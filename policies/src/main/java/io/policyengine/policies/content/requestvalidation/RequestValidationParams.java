package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code requestValidation}. */
@Doc("Requires messages to conform to an OpenAPI document or to a few plain rules.")
record RequestValidationParams(
        @Doc(
                value =
                        "File with an OpenAPI document (3.0 or 3.1), in JSON or YAML; it and the files that it refers to are read again whenever they change.",
                examples = "\"openapi.yaml\"")
        @Nullable
        @NonEmpty
        String openapiFile,

        @Doc(value = "Prefix of each path of the document, such as the path of its server.", examples = "\"/v1\"")
        @Default("\"\"")
        String basePath,

        @Doc(value = "Header fields that each request must have.", examples = "[\"X-Tenant\"]") @Nullable
        StringOrList requiredHeaders,

        @Doc(value = "Query parameters that each request must have.", examples = "[\"version\"]") @Nullable
        StringOrList requiredQuery,

        @Doc(
                value = "Media types that the bodies of requests may have, or ranges of them. Absent: any.",
                examples = "[\"application/json\", \"image/*\"]")
        @Nullable
        StringOrList contentTypes,

        @Doc(value = "Methods that requests may have, in upper case. Absent: any.", examples = "[\"GET\", \"POST\"]")
        @Nullable
        StringOrList methods,

        @Doc("Maximum length of path and query together, in octets. Absent: no limit.")
        @Nullable
        @Range(min = 1, max = 1_000_000)
        Integer maxUriBytes,

        @Doc("Maximum number of query parameters.") @Default("1000") @Range(min = 1, max = 100_000)
        int maxQueryParameters,

        @Doc("Outcome for query parameters that the document does not describe.") @Default("\"pass\"")
        Beyond unknownQuery,

        @Doc("Outcome for responses that the document does not describe: an unknown status, an unexpected body, or a "
                + "response to an unknown request.")
        @Default("\"deny\"")
        Beyond undocumentedResponse,

        @Doc(
                value = "Media types, or ranges of them, whose bodies pass without validation even if the document "
                        + "has a schema for them.",
                examples = "[\"application/xml\"]")
        @Nullable
        StringOrList opaqueTypes,

        @Doc("True if `format` is enforced, except `regex`; otherwise it is only an annotation.") @Default("true")
        boolean assertFormat,

        @Doc("Maximum number of faults that a denial lists.") @Default("10") @Range(min = 1, max = 100)
        int maxErrors,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    /** The outcome for content that the document does not describe. */
    enum Beyond {
        PASS,
        DENY
    }
}
