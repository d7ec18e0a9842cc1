package io.policyengine.core.policy;

import java.util.Locale;

/** The families of policies, grouped by their work, in their usual order in a chain. */
public enum Family {
    /** Policies that identify the client. */
    AUTHENTICATION,
    /** Policies that decide whether the client may do what it requests. */
    ACCESS,
    /** Policies that limit, cache and route requests. */
    TRAFFIC,
    /** Policies that change messages, or answer in place of the upstream. */
    MESSAGE,
    /** Policies that inspect and change the content of bodies. */
    CONTENT,
    /** Policies that handle the messages of models and agents. */
    AI,
    /** Policies that record what has happened. */
    RECORDS,
    /** A policy of no other family; the default. */
    OTHER;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The family's name on the wire and in reports. */
    public String code() {
        return code;
    }

    /**
     * Returns the family of a code, or {@link #OTHER} for an unknown code, since a newer worker may know more families.
     */
    public static Family ofCode(String code) {
        for (Family family : values()) {
            if (family.code.equals(code)) {
                return family;
            }
        }
        return OTHER;
    }
}
