package io.policyengine.kernel.recorder;

import java.util.Locale;

/**
 * The kinds of changes to a message. Some are recorded with a name, such as a header field's name, but never with a
 * value.
 */
public enum MessageChange {
    SET_FIELD,
    APPEND_FIELD,
    REMOVE_FIELD,
    SET_RESPONSE_FIELD,
    SET_QUERY_PARAM,
    REMOVE_QUERY_PARAM,
    /** Metadata was set under a key. */
    SET_METADATA,
    PATH,
    METHOD,
    AUTHORITY,
    STATUS,
    BODY;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
