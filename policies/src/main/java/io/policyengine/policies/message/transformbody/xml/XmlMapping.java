package io.policyengine.policies.message.transformbody.xml;

import java.util.Optional;
import java.util.Set;

/**
 * The mapping between XML elements and JSON members.
 *
 * @param attributePrefix of members for attributes
 * @param textName of the member for the text of an element that also has attributes or elements
 * @param arrays names of elements that are always in an array
 * @param removesNamespaces true to drop namespace prefixes and declarations in the conversion to JSON
 * @param root the outermost element of the output; without one, the text must be an object with one member
 * @param itemName of the elements of nested arrays
 * @param maxValues maximum number of elements and attributes of a document, or of values of a text
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
