package io.policyengine.policies.content.shared.urls;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The hosts to which links may lead. A link is allowed only if its host is unambiguous. The link must not have user
 * information, encoded octets in the host, or backslashes before the host. Immutable.
 */
public final class HostAllowlist {
    /** Maximum length of a host name without the final dot, in characters. */
    private static final int MAX_HOST = 253;

    private static final String SUBDOMAINS = "*.";

    /**
     * Characters from which browsers derive different host names (UTS 46: deviation characters of IDNA2003 and
     * IDNA2008).
     */
    private static final String DEVIATIONS = "\u00DF\u03C2\u200C\u200D";

    private final Set<String> hosts = new TreeSet<>();
    private final Set<String> schemes;

    /**
     * Creates a list.
     *
     * @param hosts names of hosts. A plain name includes its subdomains; a name after {@code *.} allows only its
     *     subdomains
     * @param schemes in lower case
     * @throws IllegalArgumentException naming an invalid host
     */
    public HostAllowlist(List<String> hosts, List<String> schemes) {
        for (String host : hosts) {
            boolean below = host.startsWith(SUBDOMAINS);
            String name = canonical(below ? host.substring(SUBDOMAINS.length()) : host);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("not the name of a host: " + host);
            }
            this.hosts.add((below ? SUBDOMAINS : "") + name);
        }
        this.schemes = Set.copyOf(schemes);
    }

    /**
     * Returns whether a link has a listed scheme and leads to a listed host. A link without a scheme is treated as
     * https. Links with mailto or tel lead to no host, so only their scheme must be listed.
     */
    public boolean allows(String url) {
        int colon = url.indexOf(':');
        boolean hasScheme = colon > 0 && !url.startsWith("www.") && !url.startsWith("/");
        String scheme = hasScheme ? url.substring(0, colon) : "https";
        if (url.length() >= LinkFinder.MAX_LENGTH || !schemes.contains(scheme)) {
            return false;
        }
        if (scheme.equals("mailto") || scheme.equals("tel")) {
            return true;
        }
        String rest = hasScheme ? url.substring(colon + 1) : url.startsWith("www.") ? "//" + url : url;
        return rest.startsWith("//") && isListed(host(rest.substring(2)));
    }

    private static String host(String rest) {
        String authority = rest.substring(0, indexOfAny(rest, "/?#"));
        int end = indexOfAny(authority, ")]}>,;!*~[");
        // Browsers may read these characters as part of the name, which then ends after a later dot.
        if (indexOfAny(authority.substring(end), ".\u3002\uFF61@:") == authority.length() - end) {
            authority = authority.substring(0, end);
        }
        int port = authority.lastIndexOf(':');
        boolean hasPort = port >= 0 && authority.substring(port + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return canonical(hasPort ? authority.substring(0, port) : authority);
    }

    /** Returns the position of the first of the given characters in a text; the text's length if there is none. */
    private static int indexOfAny(String text, String characters) {
        int at = 0;
        while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private boolean isListed(String host) {
        if (host.isEmpty()) {
            return false;
        }
        if (hosts.contains(host)) {
            return true;
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            String parent = host.substring(dot + 1);
            if (hosts.contains(parent) || hosts.contains(SUBDOMAINS + parent)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the name in lower case and ASCII, without a trailing dot; empty if it is invalid. */
    private static String canonical(String host) {
        String ascii = host.toLowerCase(Locale.ROOT);
        if (indexOfAny(ascii, DEVIATIONS) < ascii.length()) {
            return "";
        }
        if (!ascii.chars().allMatch(c -> c < 0x80)) {
            try {
                ascii = IDN.toASCII(ascii, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException noName) {
                return "";
            }
        }
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        boolean isName = !name.isEmpty()
                && name.length() <= MAX_HOST
                && !name.startsWith(".")
                && !name.contains("..")
                && name.chars().allMatch(HostAllowlist::isOfName);
        return isName ? name : "";
    }

    private static boolean isOfName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    }
}
