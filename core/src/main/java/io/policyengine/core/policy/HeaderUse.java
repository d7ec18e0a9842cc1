package io.policyengine.core.policy;

import io.policyengine.core.http.HeaderMap;
import java.util.Locale;

/**
 * A policy's use of a header in its phase.
 *
 * @param name in lower case; {@link #ALL} for all headers
 */
public record HeaderUse(Action action, String name) {
    /** The name that denotes all headers, for example in the declaration of a policy that logs them. */
    public static final String ALL = "*";

    /** The pseudo header with the path of a request. */
    public static final String PATH = ":path";

    /** The pseudo header with the method of a request. */
    public static final String METHOD = ":method";

    /** The pseudo header with the authority of a request. */
    public static final String AUTHORITY = ":authority";

    public HeaderUse {
        name = HeaderMap.lowerCase(name);
    }

    /** The uses of a header. */
    public enum Action {
        READS,
        /** The policy replaces the header in every message that it lets pass. */
        SETS,
        REMOVES,
        /**
         * The policy sends the client's identity to the upstream in the header. Values from the client are always
         * removed, even if the policy does not run.
         */
        IDENTITY;

        private final String prefix = name().toLowerCase(Locale.ROOT) + "_header:";

        String prefix() {
            return prefix;
        }
    }

    /** Returns whether a name is that of a pseudo header. */
    public static boolean isPseudo(String name) {
        return name.startsWith(":");
    }

    /** The code in the wire format, such as {@code sets_header:x-user-id}. */
    public String code() {
        return action.prefix() + name;
    }
}
