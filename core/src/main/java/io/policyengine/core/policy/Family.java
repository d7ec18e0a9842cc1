package io.policyengine.core.policy;

import java.util.Locale;

/** The family of a policy: what it does for a request, in the order in which a chain has them. */
public enum Family {
    /** Finds out who the client is. */
    AUTHENTICATION,
    /** Decides whether the client may do what it asks for. */
    ACCESS,
    /** Limits, caches and routes requests. */
    TRAFFIC,
    /** Changes messages, or answers in the place of the upstream. */
    MESSAGE,
    /** Judges and changes what bodies contain. */
    CONTENT,
    /** Knows the messages of models and agents. */
    AI,
    /** Records what has happened. */
    RECORDS,
    /** Any other, such as that of a policy which names none. */
    OTHER;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The family as it is written on the wire and in reports. */
    public String code() {
        return code;
    }

    /** The family of this code; {@link #OTHER} of an unknown one, since a newer worker may know more. */
    public static Family ofCode(String code) {
        for (Family family : values()) {
            if (family.code.equals(code)) {
                return family;
            }
        }
        return OTHER;
    }
}
