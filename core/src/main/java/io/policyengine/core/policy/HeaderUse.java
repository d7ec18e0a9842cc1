package io.policyengine.core.policy;

import io.policyengine.core.http.HeaderMap;
import java.util.Locale;

/**
 * A policy's use of a header of its phase's message.
 *
 * @param name in lower case; {@link #ALL} for whichever there are
 */
public record HeaderUse(Action action, String name) {
    /** In the place of a name: any header, such as for a policy that writes all of them to a log. */
    public static final String ALL = "*";

    /** In lower case. */
    public HeaderUse {
        name = HeaderMap.lowerCase(name);
    }

    /** The uses of a header. */
    public enum Action {
        /** Looks at it. */
        READS,
        /** Replaces whatever is there, for every message that passes. */
        SETS,
        /** Takes it away. */
        REMOVES,
        /** Tells the upstream by it who the client is: what clients send in it never passes, whether or not the policy runs. */
        IDENTITY;

        private final String prefix = name().toLowerCase(Locale.ROOT) + "_header:";

        String prefix() {
            return prefix;
        }
    }

    /** As it is written on the wire: {@code sets_header:x-user-id}. */
    public String code() {
        return action.prefix() + name;
    }
}
