package io.policyengine.policies.xml;

import io.policyengine.core.http.HeaderMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The media types of XML, and the encoding that a message states for its body. */
public final class XmlTypes {
    private static final String CHARSET = "charset=";

    private XmlTypes() {}

    /** True for {@code application/xml}, {@code text/xml}, their kin and types that end in {@code +xml} (RFC 7303), in lower case. */
    public static boolean isXml(String lowerCaseType) {
        return lowerCaseType.equals("application/xml")
                || lowerCaseType.equals("text/xml")
                || lowerCaseType.equals("application/xml-external-parsed-entity")
                || lowerCaseType.equals("text/xml-external-parsed-entity")
                || lowerCaseType.endsWith("+xml");
    }

    /** The parameter {@code charset}, in lower case; if there are several that differ, all of them, which is the name of no encoding. */
    public static Optional<String> charsetOf(HeaderMap headers) {
        Set<String> stated = new LinkedHashSet<>(2);
        for (String field : headers.getAll("content-type")) {
            String value = HeaderMap.lowerCase(field);
            for (int at = value.indexOf(CHARSET); at >= 0; at = value.indexOf(CHARSET, at + 1)) {
                stated.add(valueAt(value, at + CHARSET.length()));
            }
        }
        return stated.isEmpty() ? Optional.empty() : Optional.of(String.join(",", stated));
    }

    private static String valueAt(String value, int start) {
        int end = start;
        while (end < value.length() && ";, \t".indexOf(value.charAt(end)) < 0) {
            end++;
        }
        return value.substring(start, end).replace("\"", "").replace("'", "");
    }
}
