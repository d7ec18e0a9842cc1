package io.policyengine.core.policy;

import io.policyengine.core.http.HeaderMap;
import java.util.Locale;

/**
 * A policy's use of a header in its phase.
 *
 * @param name in lower case; {@link #ALL} for all headers
 */
public record HeaderUse(Action action, String name) {
    /** The name that stands for all headers, such as for a policy that logs them. */
    public static final String ALL = "*";

    public HeaderUse {
        name = HeaderMap.lowerCase(name);
    }

    /** The uses of a header. */
    public enum Action {
        READS,
        /** The policy replaces the header of every message that passes. */
        SETS,
        REMOVES,
        /**
         * The policy sends the client's identity to the upstream in the header: the client's own values never pass,
         * whether or not the policy runs.
         */
        IDENTITY;

        private final String prefix = name().toLowerCase(Locale.ROOT) + "_header:";

        String prefix() {
            return prefix;
        }
    }

    /** The code of the wire format: {@code sets_header:x-user-id}. */
    public String code() {
        return action.prefix() + name;
    }
}
