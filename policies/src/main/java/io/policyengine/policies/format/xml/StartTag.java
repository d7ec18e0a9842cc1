package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The start tag that is being read: no attribute stands in it twice, be it under two prefixes of one namespace. */
final class StartTag {
    private final int maxAttributes;
    private final Namespaces namespaces;
    private final Set<String> attributes = new HashSet<>();
    private final List<String> prefixed = new ArrayList<>();
    private String name = "";

    /** No tag yet. */
    StartTag(int maxAttributes, Namespaces namespaces) {
        this.maxAttributes = maxAttributes;
        this.namespaces = namespaces;
    }

    /** A tag begins with this name. */
    void begin(String newName) {
        name = newName;
        attributes.clear();
        prefixed.clear();
    }

    /** The name of the element. */
    String name() {
        return name;
    }

    /**
     * An attribute begins.
     *
     * @throws XmlFault if it is one too many, or there already
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
     * The tag ends, and all that it declares is known.
     *
     * @throws XmlFault if a prefix stands for no namespace, or an attribute is there already
     */
    void end() throws XmlFault {
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
