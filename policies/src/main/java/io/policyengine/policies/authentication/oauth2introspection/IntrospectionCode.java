package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.instruction.DenialCode;

/** The code with which only {@code oauth2Introspection} denies. */
enum IntrospectionCode implements DenialCode {
    TOKEN_INACTIVE("Have the client get a new token: the server does not know it, or it is expired or " + "revoked.");

    private final String remedy;

    IntrospectionCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
