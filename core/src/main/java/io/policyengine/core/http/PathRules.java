package io.policyengine.core.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The strictness with which the engine refuses request paths, methods and hosts that another server may interpret
 * differently.
 */
public enum PathRules {
    /**
     * Refuses every path that another server could change by decoding the path, merging slashes, or resolving dot
     * segments.
     */
    STRICT,
    /** Refuses only paths that no honest client sends. */
    LENIENT,
    OFF;

    /**
     * Returns the most serious fault of a request target that these rules refuse, or null. Takes one pass, and
     * allocates nothing for a target without faults.
     *
     * @param method the request's method. The target may be {@code *} for {@code OPTIONS}, and host and port for {@code
     *     CONNECT} (RFC 9112 §3.2)
     * @param target path and query as octets, undecoded
     * @param allowed faults to accept, provided that they are {@linkplain PathFault#isAllowable() allowable}
     */
    public @Nullable PathFault faultIn(String method, String target, Set<PathFault> allowed) {
        if (this == OFF) {
            return null;
        }
        Set<PathFault> found = PathScan.faultsOf(target);
        if (found.isEmpty() || hasFormOf(method, target)) {
            return null;
        }
        PathFault hidden = DotSegments.faultIn(QueryString.pathOf(target));
        if (hidden != null) {
            found.add(hidden);
        }
        for (PathFault fault : found) {
            if (!fault.isAllowable() || (this == STRICT && !allowed.contains(fault))) {
                return fault;
            }
        }
        return null;
    }

    /**
     * Returns the fault of a method or an authority that these rules refuse, or null. Requests of honest clients have
     * no such fault.
     *
     * @param method empty if unknown
     * @param authority octets; null if unknown or missing
     */
    public @Nullable RequestFault faultIn(String method, @Nullable String authority) {
        return this == OFF ? null : RequestFault.in(method, authority);
    }

    private static boolean hasFormOf(String method, String target) {
        return switch (method) {
            case "OPTIONS" -> target.equals("*");
            case "CONNECT" -> isAuthority(target);
            default -> false;
        };
    }

    private static boolean isAuthority(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean isAlphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
            if (!isAlphanumeric && ".-_:[]".indexOf(c) < 0) {
                return false;
            }
        }
        return target.indexOf(':') > 0;
    }
}
