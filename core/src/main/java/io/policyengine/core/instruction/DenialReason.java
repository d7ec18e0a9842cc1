package io.policyengine.core.instruction;

import java.util.Locale;

/** The standard reasons of immediate responses, for use in dashboards. */
public enum DenialReason {
    /** The credential is missing or malformed. */
    AUTHENTICATION_FAILED,
    /** The credential was rejected. */
    UNAUTHORIZED,
    /** The client is authenticated but lacks permission. */
    FORBIDDEN,
    RATE_LIMITED,
    INVALID_REQUEST,
    /** A rule refuses the request. */
    POLICY_DENIED,
    POLICY_ERROR;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The reason as written on the wire and in logs. */
    public String code() {
        return code;
    }
}
