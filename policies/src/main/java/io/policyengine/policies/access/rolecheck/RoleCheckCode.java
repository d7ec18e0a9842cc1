package io.policyengine.policies.access.rolecheck;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code roleCheck} denies. */
enum RoleCheckCode implements DenialCode {
    IDENTITY_REQUIRED("Place an entry that authenticates before this one, and check that its `when` is true "
            + "for the request."),
    ROLE_REQUIRED("Give the client the role at its issuer, or correct the rule."),
    ROLE_EXCLUDED("Usually nothing. If the client should have access, revoke the role at its issuer, or correct the "
            + "rule."),
    NO_RULE("Add a rule for the method and path, or `required_roles` for all others.");

    private final String remedy;

    RoleCheckCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
