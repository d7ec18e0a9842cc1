package io.policyengine.policies.xml;

/** The names that elements and attributes may have (XML 1.0 §2.3, Namespaces in XML 1.0 §4). */
public final class XmlNames {
    private XmlNames() {}

    /** True for a name with or without a prefix. */
    public static boolean isQualified(String name) {
        int colon = name.indexOf(':');
        return colon < 0
                ? isUnprefixed(name)
                : isUnprefixed(name.substring(0, colon)) && isUnprefixed(name.substring(colon + 1));
    }

    private static boolean isUnprefixed(String name) {
        return !name.isEmpty()
                && XmlChars.isNameStart(name.codePointAt(0))
                && name.codePoints().allMatch(c -> c != ':' && XmlChars.isNamePart(c));
    }

    /** The prefix; empty without one. */
    static String prefixOf(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? "" : name.substring(0, colon);
    }
}
