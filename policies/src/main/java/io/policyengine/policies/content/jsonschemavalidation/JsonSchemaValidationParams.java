package io.policyengine.policies.content.jsonschemavalidation;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Shape;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Parameters of {@code jsonSchemaValidation}. */
@Doc("Requires bodies to conform to a JSON Schema.")
record JsonSchemaValidationParams(
        @Doc(
                value = "The schema, of draft 2020-12, 2019-09 or 7, as its $schema declares.",
                examples = "{\"type\": \"object\", \"required\": [\"id\"]}")
        @Nullable
        @Shape("""
                {"type": ["object", "boolean"], "additionalProperties": true}""")
        JsonNode schema,

        @Doc("File with the schema, in JSON; read again whenever it changes.") @Nullable @NonEmpty
        String schemaFile,

        @Doc("The messages whose bodies are validated: those of the flow that contains the entry.") @Nullable
        On on,

        @Doc("Maximum number of violations that a denial lists.") @Default("10") @Range(min = 1, max = 100)
        int maxErrors,

        @Doc("True to validate bodies of every content type. Otherwise requests with a type other than JSON are "
                + "denied, and such responses pass.")
        @Default("false")
        boolean anyContentType,

        @Doc("True to validate responses with any status, not only 200 to 299.") @Default("false")
        boolean anyStatus,

        @Doc("True if `format` is enforced, except `regex`; otherwise it is only an annotation.") @Default("false")
        boolean assertFormat,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    /** The messages whose bodies are judged. */
    enum On {
        REQUEST,
        RESPONSE
    }
}
