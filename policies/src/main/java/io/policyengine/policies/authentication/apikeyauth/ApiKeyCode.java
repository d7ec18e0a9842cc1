package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.instruction.DenialCode;

/**
 * The codes with which {@code apiKeyAuth} denies. The body of each refusal of a key has {@link #API_KEY_INVALID}, so that
 * clients cannot find out which keys once were valid.
 */
enum ApiKeyCode implements DenialCode {
    API_KEY_MISSING("Have the client send its key in the configured place."),
    API_KEY_MALFORMED("Have the client send one key, in one place."),
    API_KEY_UNKNOWN("Give the client a key that is configured, or add its key."),
    API_KEY_EXPIRED("Give the client a new key, or change `expires` of its key."),
    API_KEY_INVALID("Look up the request with `policy-engine explain`: its code says whether the key is unknown or has "
            + "expired.");

    private final String remedy;

    ApiKeyCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
