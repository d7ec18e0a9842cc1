package io.policyengine.policies.message.transformbody.xml;

import java.util.Optional;
import java.util.Set;

/**
 * The mapping between XML elements and JSON members.
 *
 * @param attributePrefix prefix of the names of members that hold attributes
 * @param textName name of the member that holds the text of an element with attributes or child elements
 * @param arrays names of elements that are always converted to an array
 * @param removesNamespaces true to drop namespace prefixes and declarations in the conversion to JSON
 * @param root name of the outermost element; without it, the JSON must be an object with one member
 * @param itemName name of the XML elements for the values of an array that is not a member of an object
 * @param maxValues maximum number of elements and attributes of a document, or of values of a JSON text
 */
public record XmlMapping(
        String attributePrefix,
        String textName,
        Set<String> arrays,
        boolean removesNamespaces,
        Optional<String> root,
        String itemName,
        int maxValues) {
    /** Maximum depth of nested elements. */
    static final int MAX_DEPTH = 500;

    /** Returns the member name of an element or an attribute. */
    String nameOf(String xmlName) {
        return removesNamespaces ? xmlName.substring(xmlName.indexOf(':') + 1) : xmlName;
    }
}
