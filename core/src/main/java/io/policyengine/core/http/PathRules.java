package io.policyengine.core.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The spellings of request paths, methods and hosts that are refused, because another server on the way may read them differently. */
public enum PathRules {
    /** All that would be another path under another decoding, merging or resolution. */
    STRICT,
    /** Refuses what no honest client sends. */
    LENIENT,
    /** None. */
    OFF;

    /**
     * The gravest fault of a request target that is not allowed, or null. Costs one pass and allocates nothing where there is none.
     *
     * @param method of the request: {@code OPTIONS} may have the target {@code *}, {@code CONNECT} host and port (RFC 9112 §3.2)
     * @param target path and query as octets, undecoded
     * @param allowed faults that are let pass; only {@linkplain PathFault#isAllowable() allowable} ones count
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
     * The fault of a method and an authority that is not allowed, or null. No honest client has one.
     *
     * @param method empty if it is not told
     * @param authority octets; null if it is not told, or there is none
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
