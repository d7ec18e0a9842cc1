package io.policyengine.core.policy;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The ids that an authenticating entry may give to clients of one issuer: all that begin with a prefix. Within one
 * entry, the policy refuses ids that begin with the longer prefix of another issuer.
 *
 * @param issuer the party that chooses the ids; empty for the operator
 * @param prefix text with which all of the ids begin; may be empty
 */
public record IdSpace(String issuer, String prefix) {
    /** The ids that the operator has configured, such as those of consumers. */
    public static final IdSpace CONFIGURED = new IdSpace("", "");

    private static final String CODE = "issues_ids:";

    /**
     * Returns whether two entries with these spaces may give the same id to different clients. The operator's ids
     * conflict only with those of an issuer without prefix, since the operator knows the prefixes and can avoid them.
     */
    public boolean conflictsWith(IdSpace other) {
        if (equals(other)) {
            return false;
        }
        boolean isOperators = issuer.isEmpty() || other.issuer.isEmpty();
        return isOperators
                ? prefix.equals(other.prefix)
                : (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix));
    }

    /** The code in the wire format, such as {@code issues_ids:partner%3A:https://partner.example}. */
    public String code() {
        return CODE + URLEncoder.encode(prefix, StandardCharsets.UTF_8) + ":" + issuer;
    }

    /** Parses the code of an id space; empty if the code is malformed or has another meaning. */
    static Optional<IdSpace> ofCode(String code) {
        int end = code.startsWith(CODE) ? code.indexOf(':', CODE.length()) : -1;
        if (end < 0) {
            return Optional.empty();
        }
        try {
            String prefix = URLDecoder.decode(code.substring(CODE.length(), end), StandardCharsets.UTF_8);
            return Optional.of(new IdSpace(code.substring(end + 1), prefix));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
