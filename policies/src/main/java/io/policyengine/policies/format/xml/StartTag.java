package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The start tag that is being read. No attribute may occur twice, even under two prefixes of the same namespace. */
final class StartTag {
    private final int maxAttributes;
    private final boolean lenient;
    private final Namespaces namespaces;
    private final Set<String> attributes = new HashSet<>();
    private final List<String> prefixed = new ArrayList<>();
    private String name = "";

    StartTag(int maxAttributes, Namespaces namespaces, boolean lenient) {
        this.maxAttributes = maxAttributes;
        this.lenient = lenient;
        this.namespaces = namespaces;
    }

    void begin(String newName) {
        name = newName;
        attributes.clear();
        prefixed.clear();
    }

    String name() {
        return name;
    }

    /**
     * Begins an attribute.
     *
     * @throws XmlFault if there are too many attributes, or this one occurs twice
     */
    void attribute(String attribute) throws XmlFault {
        if (attributes.size() == maxAttributes) {
            throw new XmlFault(Kind.ATTRIBUTES);
        }
        require(attributes.add(attribute));
        if (attribute.indexOf(':') >= 0 && !Namespaces.declares(attribute)) {
            prefixed.add(attribute);
        }
    }

    /**
     * Ends the tag, and checks its prefixes, since its namespace declarations are now complete.
     *
     * @throws XmlFault if a prefix is not declared, or an attribute occurs twice
     */
    void end() throws XmlFault {
        if (lenient) {
            return;
        }
        String prefix = XmlNames.prefixOf(name);
        if (!prefix.isEmpty()) {
            namespaces.of(prefix);
        }
        Set<String> expanded = prefixed.isEmpty() ? Set.of() : new HashSet<>();
        for (String attribute : prefixed) {
            long namespace = namespaces.of(XmlNames.prefixOf(attribute));
            require(expanded.add(namespace + attribute.substring(attribute.indexOf(':'))));
        }
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }
}
