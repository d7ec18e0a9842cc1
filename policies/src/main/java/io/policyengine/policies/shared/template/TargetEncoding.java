package io.policyengine.policies.shared.template;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.DotSegments;
import io.policyengine.core.http.QueryString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The percent-encoding of request targets, and of URIs after the authority (RFC 3986). Texts are octets. */
public final class TargetEncoding {
    /**
     * A regular expression for a host with an optional port (RFC 3986 §3.2.2). The host is a name, an IPv4 address, or
     * an IPv6 address in brackets.
     */
    public static final String HOST_AND_PORT = "(?:[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?";

    private static final String UNRESERVED = "-._~";
    private static final String SUB_DELIMITERS = "!$&'()*+,;=";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private TargetEncoding() {}

    /** Encodes a value as a single component, including all delimiters (RFC 3986 §2.2). */
    static String component(String octets) {
        return encode(octets, UNRESERVED, false);
    }

    /**
     * Encodes a part of an encoded path as the value of a query parameter. Octets that are already encoded are not
     * encoded again.
     */
    public static String pathInQuery(String octets) {
        return encode(octets, UNRESERVED + "/:@", true);
    }

    /**
     * Returns the target of a request with dot segments resolved (RFC 3986 §5.2.4) and illegal octets encoded. A target
     * that is not a path, such as the asterisk of OPTIONS, becomes the root.
     *
     * @throws PolicyException if Envoy hides the target from the engine
     */
    public static String resolved(String target) {
        if (target.isEmpty()) {
            throw illegal("the path of the request is needed, but Envoy hides :path from the engine");
        }
        if (target.charAt(0) != '/') {
            return "/";
        }
        String encoded = encode(target, UNRESERVED + SUB_DELIMITERS + ":@/?", true);
        int query = encoded.indexOf('?');
        return withoutDots(QueryString.pathOf(encoded)) + (query < 0 ? "" : encoded.substring(query));
    }

    /**
     * Returns a composed target that begins with a single slash, since two slashes would begin an authority (RFC 3986
     * §4.2).
     *
     * @throws PolicyException if a server may find a dot segment in the target, which would lead out of the intended
     *     folder
     */
    public static String joined(String target) {
        if (hasDotSegment(target)) {
            throw illegal("a value in the path results in a dot segment");
        }
        int slashes = 0;
        while (slashes < target.length() && target.charAt(slashes) == '/') {
            slashes++;
        }
        return slashes > 1 ? target.substring(slashes - 1) : target;
    }

    /** Returns whether the path, query and fragment contain only legal or encoded octets. */
    public static boolean isLegal(String octets) {
        return encode(octets, UNRESERVED + SUB_DELIMITERS + ":@/?#", true).equals(octets);
    }

    /** Returns whether a server may find a dot segment, possibly encoded, in the target's path. */
    public static boolean hasDotSegment(String target) {
        return DotSegments.occurIn(QueryString.pathOf(target));
    }

    private static String withoutDots(String path) {
        String[] segments = path.substring(1).split("/", -1);
        if (Arrays.stream(segments).allMatch(segment -> dots(segment) == 0)) {
            return path;
        }
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < segments.length; i++) {
            int dots = dots(segments[i]);
            if (dots == 0) {
                kept.add(segments[i]);
                continue;
            }
            if (dots == 2 && !kept.isEmpty()) {
                kept.removeLast();
            }
            if (i == segments.length - 1) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    /**
     * Returns the number of dots of a dot segment, 1 or 2; 0 for any other segment. Segments may be encoded or have
     * parameters, since some servers accept them as dot segments.
     */
    private static int dots(String segment) {
        int end = segment.indexOf(';');
        int dots = 0;
        for (int i = 0; i < (end < 0 ? segment.length() : end); i++) {
            if (segment.regionMatches(true, i, "%2e", 0, 3)) {
                i += 2;
            } else if (segment.charAt(i) != '.') {
                return 0;
            }
            dots++;
        }
        return dots > 2 ? 0 : dots;
    }

    private static String encode(String octets, String legal, boolean keepsEncoded) {
        StringBuilder text = new StringBuilder(octets.length());
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            boolean stays = isLetterOrDigit(c) || legal.indexOf(c) >= 0 || (keepsEncoded && isEncoded(octets, i));
            if (stays) {
                text.append(c);
            } else {
                text.append('%').append(HEX.toHexDigits((byte) c));
            }
        }
        return text.toString();
    }

    private static boolean isEncoded(String octets, int at) {
        return octets.charAt(at) == '%'
                && at + 2 < octets.length()
                && HexFormat.isHexDigit(octets.charAt(at + 1))
                && HexFormat.isHexDigit(octets.charAt(at + 2));
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static PolicyException illegal(String message) {
        return new PolicyException(ErrorCode.INVALID_REQUEST, message);
    }
}
