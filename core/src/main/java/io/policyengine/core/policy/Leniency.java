package io.policyengine.core.policy;

import java.util.Locale;

/**
 * A parameter with which a policy lets messages pass that it would otherwise deny or inspect.
 *
 * @param pointer the JSON Pointer of the parameter within the entry's parameters
 */
public record Leniency(Occasion occasion, String pointer) {
    /** The occasions on which a policy lets a message pass without its usual effect. */
    public enum Occasion {
        /** The request has no credentials. */
        NO_CREDENTIALS,
        /** A server or another program that the policy needs is unavailable. */
        DEPENDENCY_AWAY,
        /** The body is larger than what the policy inspects. */
        TOO_LARGE,
        /** The request costs nothing, so that a limit does not count it. */
        COSTS_NOTHING;

        private final String code = name().toLowerCase(Locale.ROOT);
        private final String prefix = "passes_" + code + ":";

        /** The occasion as written in reports. */
        public String code() {
            return code;
        }

        String prefix() {
            return prefix;
        }
    }

    /** The code in the wire format, such as {@code passes_no_credentials:/required}. */
    public String code() {
        return occasion.prefix() + pointer;
    }
}
