package io.policyengine.policies.content.filesizelimit;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code fileSizeLimit}. */
enum FileSizeCode implements DenialCode {
    REQUEST_TOO_LARGE("Usually nothing. For legitimate requests, raise `max_bytes` or the size in `content_types`."),
    RESPONSE_TOO_LARGE("Let the upstream send smaller bodies, or raise `max_bytes` or the size in `content_types`.");

    private final String remedy;

    FileSizeCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
