package io.policyengine.kernel.recorder;

import java.util.Locale;

/**
 * The kinds of changes to a message. Some are recorded with a name, such as that of a header field; none with a value.
 */
public enum MessageChange {
    /** A header or trailer field was set. */
    SET_FIELD,
    /** A value was added to a header or trailer field. */
    APPEND_FIELD,
    /** A header or trailer field was removed. */
    REMOVE_FIELD,
    /** A header field was left for the response. */
    SET_RESPONSE_FIELD,
    /** A query parameter was set. */
    SET_QUERY_PARAM,
    /** A query parameter was removed. */
    REMOVE_QUERY_PARAM,
    /** Metadata was left under a key. */
    SET_METADATA,
    /** Another path. */
    PATH,
    /** Another method. */
    METHOD,
    /** Another authority. */
    AUTHORITY,
    /** Another status. */
    STATUS,
    /** Another body. */
    BODY;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The label of the kind. */
    public String label() {
        return label;
    }
}
