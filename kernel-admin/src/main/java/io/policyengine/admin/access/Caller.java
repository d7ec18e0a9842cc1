package io.policyengine.admin.access;

import io.policyengine.core.config.ObservabilityConfig.AdminRole;

/**
 * The sender of a request to the management API.
 *
 * @param name of the token, or the user at the other end of a Unix socket
 * @param peer where the request comes from
 * @param role the most that it may do
 */
public record Caller(String name, String peer, AdminRole role) {
    /** The name of a caller that shows nothing; no token can have it. */
    public static final String ANONYMOUS = "(anonymous)";

    /** A caller that shows nothing, and may only look. */
    public static Caller anonymous(String peer) {
        return new Caller(ANONYMOUS, peer, AdminRole.READ);
    }

    /** True if it has shown nothing. */
    public boolean isAnonymous() {
        return name.equals(ANONYMOUS);
    }

    /** True if its role includes this one. */
    public boolean may(AdminRole wanted) {
        return role.includes(wanted);
    }
}
