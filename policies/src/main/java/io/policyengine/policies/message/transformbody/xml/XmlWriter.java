package io.policyengine.policies.message.transformbody.xml;

import io.policyengine.policies.format.xml.XmlNames;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a JSON tree as an XML element of bounded length. */
final class XmlWriter {
    private final XmlMapping mapping;
    private final long most;
    private final StringBuilder out = new StringBuilder();

    /** Creates a writer of at most {@code most} characters. */
    XmlWriter(XmlMapping mapping, long most) {
        this.mapping = mapping;
        this.most = most;
    }

    /**
     * Returns the outermost element.
     *
     * @throws UnfitTextException if there is no single outermost element, a name is invalid in XML, or the result is
     *     too long
     */
    String document(JsonNode text) throws UnfitTextException {
        if (mapping.root().isPresent()) {
            element(mapping.root().get(), text);
            return out.toString();
        }
        Map.Entry<String, JsonNode> only = text instanceof ObjectNode object && object.size() == 1
                ? object.properties().iterator().next()
                : null;
        if (only == null || only.getValue().isArray()) {
            throw new UnfitTextException(
                    "it is not an object with a single member other than an array, and xml.root is not set", false);
        }
        element(only.getKey(), only.getValue());
        return out.toString();
    }

    private void element(String name, JsonNode value) throws UnfitTextException {
        if (!XmlNames.isQualified(name)) {
            throw new UnfitTextException("a member's name is not a valid XML name", false);
        }
        out.append('<').append(name);
        switch (value) {
            case ObjectNode object -> {
                attributes(object);
                out.append('>');
                content(object);
            }
            case ArrayNode array -> {
                out.append('>');
                for (JsonNode element : array) {
                    element(mapping.itemName(), element);
                }
            }
            default -> {
                out.append('>');
                text(single(value), false);
            }
        }
        out.append("</").append(name).append('>');
        if (out.length() > most) {
            throw new UnfitTextException("as XML it has more than " + most + " characters", true);
        }
    }

    private boolean isAttribute(String member) {
        return member.startsWith(mapping.attributePrefix());
    }

    private void attributes(ObjectNode object) throws UnfitTextException {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (isAttribute(member.getKey()) && !member.getValue().isNull()) {
                String name =
                        member.getKey().substring(mapping.attributePrefix().length());
                if (!XmlNames.isQualified(name)) {
                    throw new UnfitTextException("an attribute's name is not a valid XML name", false);
                }
                out.append(' ').append(name).append("=\"");
                text(single(member.getValue()), true);
                out.append('"');
            }
        }
    }

    private void content(ObjectNode object) throws UnfitTextException {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = member.getKey();
            if (isAttribute(name)) {
                continue;
            }
            if (name.equals(mapping.textName())) {
                text(single(member.getValue()), false);
            } else if (member.getValue() instanceof ArrayNode array) {
                for (JsonNode element : array) {
                    element(name, element);
                }
            } else {
                element(name, member.getValue());
            }
        }
    }

    private static String single(JsonNode value) throws UnfitTextException {
        if (value.isContainer()) {
            throw new UnfitTextException("an attribute or a text is an object or an array", false);
        }
        return value.isNull() ? "" : value.isString() ? value.stringValue() : value.toString();
    }

    private void text(String text, boolean inAttribute) throws UnfitTextException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new UnfitTextException("a text has an unpaired surrogate", false);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append(inAttribute ? "&quot;" : "\"");
                case '\r' -> out.append("&#13;");
                case '\n' -> out.append(inAttribute ? "&#10;" : "\n");
                case '\t' -> out.append(inAttribute ? "&#9;" : "\t");
                default -> out.append(c);
            }
        }
    }
}
