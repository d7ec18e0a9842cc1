package io.policyengine.policies.access.corsheaders;

import io.policyengine.core.instruction.DenialCode;

/** The code of the responses with which {@code corsHeaders} answers preflight requests. */
enum CorsCode implements DenialCode {
    CORS_PREFLIGHT("Nothing: this is the answer to a preflight request. If a page gets no access, add its origin to "
            + "`allow_origins`.");

    private final String remedy;

    CorsCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
