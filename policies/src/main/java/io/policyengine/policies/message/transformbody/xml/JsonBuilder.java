package io.policyengine.policies.message.transformbody.xml;

import io.policyengine.policies.format.xml.XmlEvents;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Builds a JSON tree from the events of an XML document. */
final class JsonBuilder implements XmlEvents {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final XmlMapping mapping;
    private final ObjectNode root = NODES.objectNode();
    private final Deque<Element> open = new ArrayDeque<>();
    private boolean clashes;

    private static final class Element {
        private final String name;
        private final ObjectNode members = NODES.objectNode();
        private final StringBuilder text = new StringBuilder(0);
        private boolean hasElements;

        Element(String name) {
            this.name = name;
        }
    }

    JsonBuilder(XmlMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * Returns the JSON tree of the document.
     *
     * @throws UnfitTextException if two attributes of an element have the same member name
     */
    ObjectNode root() throws UnfitTextException {
        if (clashes) {
            throw new UnfitTextException("two attributes of an element have the same name without prefix", false);
        }
        return root;
    }

    @Override
    public void beginElement(String name) {
        open.push(new Element(mapping.nameOf(name)));
    }

    @Override
    public void attribute(String name, String value) {
        boolean declares = name.equals("xmlns") || name.startsWith("xmlns:");
        if (!declares || !mapping.removesNamespaces()) {
            String member = mapping.attributePrefix() + mapping.nameOf(name);
            clashes |= open.element().members.replace(member, NODES.stringNode(value)) != null;
        }
    }

    @Override
    public void text(int codePoint) {
        open.element().text.appendCodePoint(codePoint);
    }

    @Override
    public void endElement() {
        Element element = open.pop();
        JsonNode value = valueOf(element);
        if (open.isEmpty()) {
            add(root, element.name, value);
        } else {
            open.element().hasElements = true;
            add(open.element().members, element.name, value);
        }
    }

    private JsonNode valueOf(Element element) {
        String text = element.text.toString();
        if (element.members.isEmpty()) {
            return NODES.stringNode(text);
        }
        // White space between elements is layout, not content.
        boolean says = element.hasElements ? !text.isBlank() : !text.isEmpty();
        if (says) {
            element.members.put(mapping.textName(), text);
        }
        return element.members;
    }

    private void add(ObjectNode to, String name, JsonNode value) {
        JsonNode there = to.get(name);
        if (there instanceof ArrayNode array) {
            array.add(value);
        } else if (there != null) {
            to.set(name, NODES.arrayNode().add(there).add(value));
        } else {
            to.set(name, mapping.arrays().contains(name) ? NODES.arrayNode().add(value) : value);
        }
    }
}
