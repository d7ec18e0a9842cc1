package io.policyengine.policies.format.xml;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import java.util.Optional;
import java.util.Set;

/** The media types of XML, and the encoding that a message states for its body. */
public final class XmlTypes {
    private XmlTypes() {}

    /**
     * Returns whether the type is XML: {@code application/xml}, {@code text/xml}, their external parsed entities, or a
     * type that ends in {@code +xml} (RFC 7303).
     */
    public static boolean isXml(String lowerCaseType) {
        return lowerCaseType.equals("application/xml")
                || lowerCaseType.equals("text/xml")
                || lowerCaseType.equals("application/xml-external-parsed-entity")
                || lowerCaseType.equals("text/xml-external-parsed-entity")
                || lowerCaseType.endsWith("+xml");
    }

    /**
     * Returns the charset that a message states. Several different charsets are joined by commas, so that the result
     * names no encoding.
     */
    public static Optional<String> charsetOf(HeaderMap headers) {
        Set<String> stated = MediaTypes.charsetsOf(headers);
        return stated.isEmpty() ? Optional.empty() : Optional.of(String.join(",", stated));
    }
}
