package io.policyengine.core.instruction;

import java.util.Locale;

/** The reason why an exchange was answered at once: the reasons that dashboards know. */
public enum DenialReason {
    /** The credential is missing or malformed. */
    AUTHENTICATION_FAILED,
    /** A credential that is not accepted. */
    UNAUTHORIZED,
    /** Known, but not allowed. */
    FORBIDDEN,
    /** Too many requests. */
    RATE_LIMITED,
    /** The request is malformed. */
    INVALID_REQUEST,
    /** Refused by a rule. */
    POLICY_DENIED,
    /** A policy failed. */
    POLICY_ERROR;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The reason as it is written on the wire and in logs. */
    public String code() {
        return code;
    }
}
