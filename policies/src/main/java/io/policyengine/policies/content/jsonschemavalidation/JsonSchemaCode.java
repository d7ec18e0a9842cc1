package io.policyengine.policies.content.jsonschemavalidation;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code jsonSchemaValidation}. */
enum JsonSchemaCode implements DenialCode {
    SCHEMA_VIOLATION("The response lists the violations in `errors`. Correct the client or the schema."),
    INVALID_JSON("Let the client send JSON in UTF-8."),
    BODY_MISSING("Let the client send a body."),
    UNSUPPORTED_MEDIA_TYPE("Let the client send a JSON content type."),
    BODY_TOO_COMPLEX("Usually nothing. If legitimate requests are so large, give the worker more memory, or "
            + "limit bodies with `fileSizeLimit`."),
    INVALID_RESPONSE("Compare what the upstream sends with the schema.");

    private final String remedy;

    JsonSchemaCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
