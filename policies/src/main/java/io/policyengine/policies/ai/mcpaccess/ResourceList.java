package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.http.Octets;
import io.policyengine.policies.ai.shared.accessrules.NameList;

/** The resources that may be used. If servers may decode a URI differently, every decoded form is checked. */
record ResourceList(NameList names) {
    /** Maximum number of times that a resource's URI is decoded. A server behind a proxy may decode it twice. */
    private static final int MAX_DECODINGS = 3;

    boolean admits(String uri) {
        if (names.admitsAll()) {
            return uri.length() <= NameList.MAX_NAME;
        }
        if (!names.admits(uri)) {
            return false;
        }
        String spelling = uri;
        for (int i = 0; i < MAX_DECODINGS; i++) {
            if (climbs(spelling) || names.isDenied(spelling)) {
                return false;
            }
            spelling = decoded(spelling);
        }
        return !climbs(spelling) && !names.isDenied(spelling);
    }

    /** Returns whether a segment of the URI is {@code .} or {@code ..}, so that the URI leads to another resource. */
    private static boolean climbs(String uri) {
        String path = uri.replace('\\', '/');
        for (int start = 0; start <= path.length(); ) {
            int end = start;
            while (end < path.length() && "/?#;".indexOf(path.charAt(end)) < 0) {
                end++;
            }
            String segment = path.substring(start, end);
            if (segment.equals(".") || segment.equals("..")) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    /** Decodes percent-encoded octets as UTF-8; invalid encodings stay unchanged. */
    private static String decoded(String uri) {
        if (uri.indexOf('%') < 0) {
            return uri;
        }
        String raw = Octets.fromText(uri);
        StringBuilder octets = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            int octet = raw.charAt(i) == '%' && i + 2 < raw.length() ? octet(raw.charAt(i + 1), raw.charAt(i + 2)) : -1;
            octets.append(octet < 0 ? raw.charAt(i) : (char) octet);
            i += octet < 0 ? 0 : 2;
        }
        return Octets.toText(octets.toString());
    }

    /** Returns the value of two hexadecimal digits; negative if they are invalid. */
    private static int octet(char high, char low) {
        int first = high < 0x80 ? Character.digit(high, 16) : -1;
        int second = low < 0x80 ? Character.digit(low, 16) : -1;
        return first < 0 || second < 0 ? -1 : (first << 4) | second;
    }
}
