package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code apiKeyAuth} denies. */
enum ApiKeyCode implements DenialCode {
    API_KEY_MISSING("Have the client send its key in the configured place."),
    API_KEY_MALFORMED("Have the client send one key, in one place."),
    API_KEY_INVALID("Give the client a valid key: its key is unknown, or the time in `expires` has passed.");

    private final String remedy;

    ApiKeyCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
