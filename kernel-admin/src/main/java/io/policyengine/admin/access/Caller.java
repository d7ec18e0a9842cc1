package io.policyengine.admin.access;

import io.policyengine.core.config.ObservabilityConfig.AdminRole;

/**
 * The sender of a request to the management API.
 *
 * @param name the name of the token, or of the user at the other end of a Unix socket
 * @param peer the client's human-readable address
 * @param role the highest role of the caller
 */
public record Caller(String name, String peer, AdminRole role) {
    /** The name of a caller without a token. No token can have this name. */
    public static final String ANONYMOUS = "(anonymous)";

    /** Returns a caller without a token. It may only read. */
    public static Caller anonymous(String peer) {
        return new Caller(ANONYMOUS, peer, AdminRole.READ);
    }

    /** Returns whether the caller has no token. */
    public boolean isAnonymous() {
        return name.equals(ANONYMOUS);
    }

    /** Returns whether the caller's role includes the wanted role. */
    public boolean may(AdminRole wanted) {
        return role.includes(wanted);
    }
}
