package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code requestValidation}. */
enum ValidationCode implements DenialCode {
    UNKNOWN_PATH("Let the client use a path of the document, or add the path."),
    METHOD_NOT_ALLOWED("Let the client use a method that `Allow` lists, or permit the method."),
    URI_TOO_LONG("Usually nothing. For legitimate requests, raise `max_uri_bytes`."),
    TOO_MANY_PARAMETERS("Usually nothing. For legitimate requests, raise `max_query_parameters`."),
    INVALID_PARAMETERS("The response names the parameters. Correct the client or the document."),
    INVALID_BODY("The response lists the violations. Correct the client or the schema."),
    MALFORMED_BODY("Let the client send a body that conforms to its content type."),
    BODY_MISSING("Let the client send a body."),
    BODY_UNEXPECTED("Let the client send no body, or describe the body in the document."),
    UNSUPPORTED_MEDIA_TYPE("Let the client send a permitted content type."),
    BODY_TOO_COMPLEX("Usually nothing. If legitimate requests are so large, give the worker more memory, or "
            + "limit bodies with `fileSizeLimit`."),
    INVALID_RESPONSE("Compare what the upstream sends with the document.");

    private final String remedy;

    ValidationCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
