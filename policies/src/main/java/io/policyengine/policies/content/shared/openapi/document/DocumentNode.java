package io.policyengine.policies.content.shared.openapi.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A value of a document with its position.
 *
 * @param file relative to the directory of the first file
 * @param pointer JSON Pointer (RFC 6901) within the file
 */
public record DocumentNode(String file, String pointer, JsonNode node) {
    /** Returns the place of a member. If there is no such member, the place has a missing node. */
    public DocumentNode member(String name) {
        return new DocumentNode(file, pointer + "/" + escaped(name), node.path(name));
    }

    DocumentNode item(int index) {
        return new DocumentNode(file, pointer + "/" + index, node.path(index));
    }

    /** Returns the items of an array; empty for any other value. */
    public List<DocumentNode> items() {
        List<DocumentNode> items = new ArrayList<>();
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            items.add(item(i));
        }
        return items;
    }

    /** Returns the members of an object by name, without {@code x-} extensions; empty for any other value. */
    public List<Map.Entry<String, DocumentNode>> members() {
        List<Map.Entry<String, DocumentNode>> members = new ArrayList<>();
        for (String name : node.propertyNames()) {
            if (!name.startsWith("x-")) {
                members.add(Map.entry(name, member(name)));
            }
        }
        return members;
    }

    /** Returns whether the document has a value at this place. */
    public boolean isThere() {
        return !node.isMissingNode();
    }

    /** Returns the text at this place, or {@code or} if there is no value. A value of another type is a fault. */
    public String text(String or) {
        if (!isThere()) {
            return or;
        }
        if (!node.isString()) {
            throw fault("text is expected");
        }
        return node.stringValue();
    }

    /** Returns the boolean at this place, or {@code or} if there is no value. A value of another type is a fault. */
    public boolean isTrue(boolean or) {
        if (!isThere()) {
            return or;
        }
        if (!node.isBoolean()) {
            throw fault("true or false is expected");
        }
        return node.booleanValue();
    }

    /** Creates a fault whose message begins with this place. */
    public DocumentFault fault(String message) {
        return new DocumentFault("at '" + file + "#" + pointer + "': " + message);
    }

    /** Escapes a name for a JSON Pointer (RFC 6901 §3). */
    public static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
