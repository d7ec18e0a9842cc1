package io.policyengine.kernel.envoy;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Determines the trusted address of a client, without port; empty if unknown. Entries written by trusted hops are not
 * validated, so code that uses the address must parse it strictly.
 *
 * @param trustedHops number of X-Forwarded-For entries to trust, from the right; 0 uses the address of the connection
 */
record ClientAddress(int trustedHops) {
    /**
     * Returns the trusted address of the client.
     *
     * @param source the peer's address with port, as in Envoy's attribute {@code source.address}
     */
    String of(@Nullable String source, HeaderMap headers) {
        if (trustedHops > 0) {
            String forwarded = forwardedFor(headers.getAll("x-forwarded-for"));
            if (forwarded != null) {
                return forwarded;
            }
        }
        return source == null ? "" : withoutPort(source);
    }

    /**
     * Returns the entry that the outermost trusted hop wrote, or null if there are too few entries or that entry is
     * blank.
     */
    private @Nullable String forwardedFor(List<String> values) {
        String[] hops = String.join(",", values).split(",", -1);
        int index = hops.length - trustedHops;
        return index < 0 || hops[index].isBlank() ? null : withoutPort(hops[index].strip());
    }

    /** Removes the port of {@code 1.2.3.4:80} and {@code [::1]:80}; other forms remain unchanged. */
    private static String withoutPort(String address) {
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            return end > 0 && isPort(address, end + 1) ? address.substring(1, end) : address;
        }
        int colon = address.indexOf(':');
        return colon >= 0 && isPort(address, colon) ? address.substring(0, colon) : address;
    }

    /** Returns whether the text ends at this index, or continues there with a colon and a number. */
    private static boolean isPort(String address, int from) {
        if (from == address.length()) {
            return true;
        }
        for (int i = from + 1; i < address.length(); i++) {
            if (address.charAt(i) < '0' || address.charAt(i) > '9') {
                return false;
            }
        }
        return address.charAt(from) == ':' && from + 1 < address.length();
    }
}
