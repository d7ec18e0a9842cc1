package io.policyengine.policies.format.xml;

/** The names that elements and attributes may have (XML 1.0 §2.3, Namespaces in XML 1.0 §4). */
public final class XmlNames {
    private XmlNames() {}

    /** Returns whether the name is valid, with or without a prefix. */
    public static boolean isQualified(String name) {
        int colon = name.indexOf(':');
        return colon < 0
                ? isUnprefixed(name)
                : isUnprefixed(name.substring(0, colon)) && isUnprefixed(name.substring(colon + 1));
    }

    private static boolean isUnprefixed(String name) {
        if (name.isEmpty() || !XmlChars.isNameStart(name.codePointAt(0))) {
            return false;
        }
        int at = 0;
        while (at < name.length()) {
            int c = name.codePointAt(at);
            if (c == ':' || !XmlChars.isNamePart(c)) {
                return false;
            }
            at += Character.charCount(c);
        }
        return true;
    }

    /** Returns the prefix of a name, or an empty string. */
    static String prefixOf(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? "" : name.substring(0, colon);
    }
}
