package io.policyengine.policies.message.transformbody.xml;

import java.util.Optional;
import java.util.Set;

/**
 * The way in which elements and members stand for each other.
 *
 * @param attributePrefix of the members that stand for attributes
 * @param textName of the member that stands for the text of an element that has attributes or elements too
 * @param arrays names of the elements that are always in an array, however many there are
 * @param removesNamespaces whether prefixes and declarations of namespaces are dropped on the way to JSON
 * @param root the element around all that is written; if there is none, the text must be an object with one member
 * @param itemName of the elements that stand for the elements of an array in an array
 * @param maxValues most elements and attributes of a document, or values of a text
 */
public record XmlMapping(
        String attributePrefix,
        String textName,
        Set<String> arrays,
        boolean removesNamespaces,
        Optional<String> root,
        String itemName,
        int maxValues) {
    /** Levels of elements that are read. */
    static final int MAX_DEPTH = 500;

    /** The name of an element or an attribute as that of a member. */
    String nameOf(String xmlName) {
        return removesNamespaces ? xmlName.substring(xmlName.indexOf(':') + 1) : xmlName;
    }
}
