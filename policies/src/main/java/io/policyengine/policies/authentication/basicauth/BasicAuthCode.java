package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code basicAuth} denies. */
enum BasicAuthCode implements DenialCode {
    CREDENTIALS_MISSING("Have the client send `Authorization: Basic …`."),
    CREDENTIALS_MALFORMED("Have the client send one well-formed `Authorization` field, in UTF-8."),
    CREDENTIALS_INVALID("Check user and password, and the file of users."),
    TOO_MANY_FAILURES(
            "Wait for `Retry-After`. If the client did not make the attempts, someone is guessing passwords.");

    private final String remedy;

    BasicAuthCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
