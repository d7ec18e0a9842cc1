package io.policyengine.core.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The strictness of checks for request paths, methods and hosts that another server may read differently. */
public enum PathRules {
    /** Refuses every path that becomes a different one under another decoding, merging or resolution. */
    STRICT,
    /** Refuses only what no honest client sends. */
    LENIENT,
    OFF;

    /**
     * Returns the most serious refused fault of a request target, or null. One pass, without allocation if there is
     * none.
     *
     * @param method of the request: {@code OPTIONS} may have the target {@code *}, {@code CONNECT} host and port (RFC
     *     9112 §3.2)
     * @param target path and query as octets, undecoded
     * @param allowed accepted faults; only {@linkplain PathFault#isAllowable() allowable} ones count
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
     * Returns the refused fault of a method and an authority, or null. Requests of honest clients have none.
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
