package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The discriminators of a document (OpenAPI 3.1.1 §4.8.25). A discriminator is the name of a member; the member's value
 * selects the schema that applies to the object. The candidates are the schemas of {@code oneOf} or {@code anyOf}.
 * Without these keywords, they are the schemas of {@code components} whose {@code allOf} refers to the discriminator's
 * schema.
 */
final class Discriminators {
    /** The keywords that the translated schema omits if a discriminator applies. */
    static final Set<String> CHOICES = Set.of("oneOf", "anyOf");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String KEYWORD = "discriminator";

    private final SpecFiles files;
    private @Nullable Map<String, List<DocumentNode>> children;

    Discriminators(SpecFiles files) {
        this.files = files;
    }

    /**
     * Returns whether the schema has a usable discriminator. A discriminator is ignored if an alternative is not a
     * reference, since that alternative has no name.
     */
    boolean applies(DocumentNode schema) {
        if (!schema.member(KEYWORD).isThere()) {
            return false;
        }
        List<DocumentNode> choices = choices(schema);
        return choices.stream().allMatch(SpecFiles::isReference);
    }

    private static List<DocumentNode> choices(DocumentNode schema) {
        List<DocumentNode> choices = new ArrayList<>(schema.member("oneOf").items());
        choices.addAll(schema.member("anyOf").items());
        return choices;
    }

    /**
     * Writes the constraints of a discriminator.
     *
     * @param reference creates a reference to the schema at a place
     */
    void write(DocumentNode schema, ObjectNode written, Function<DocumentNode, ObjectNode> reference) {
        DocumentNode name = schema.member(KEYWORD).member("propertyName");
        String property = name.text("");
        if (property.isEmpty()) {
            throw name.fault("a discriminator needs the name of a member");
        }
        List<DocumentNode> choices = choices(schema);
        Map<String, DocumentNode> schemas = choices.isEmpty() ? childrenByName(schema) : choicesByName(schema, choices);
        if (schemas.isEmpty()) {
            return;
        }
        ObjectNode demands = NODES.objectNode().put("type", "object");
        demands.putArray("required").add(property);
        ArrayNode values = demands.putObject("properties").putObject(property).putArray("enum");
        schemas.keySet().forEach(values::add);
        ArrayNode all = NODES.arrayNode().add(demands);
        schemas.forEach((value, place) -> {
            boolean isItself =
                    place.pointer().equals(schema.pointer()) && place.file().equals(schema.file());
            if (!isItself) {
                ObjectNode chosen = all.addObject();
                chosen.set("if", hasValue(property, value));
                chosen.set("then", reference.apply(place));
            }
        });
        JsonNode before = written.get("allOf");
        if (before != null) {
            before.forEach(all::add);
        }
        written.set("allOf", all);
    }

    private static ObjectNode hasValue(String property, String value) {
        ObjectNode condition = NODES.objectNode().put("type", "object");
        condition.putObject("properties").putObject(property).put("const", value);
        condition.putArray("required").add(property);
        return condition;
    }

    private Map<String, DocumentNode> choicesByName(DocumentNode schema, List<DocumentNode> choices) {
        Map<String, DocumentNode> byName = new LinkedHashMap<>(mapped(schema));
        for (DocumentNode choice : choices) {
            DocumentNode target = files.target(choice);
            byName.putIfAbsent(nameOf(target), target);
        }
        return byName;
    }

    private Map<String, DocumentNode> childrenByName(DocumentNode schema) {
        Map<String, DocumentNode> byName = new LinkedHashMap<>(mapped(schema));
        addChildren(schema, byName);
        if (!byName.isEmpty()) {
            byName.putIfAbsent(nameOf(schema), schema);
        }
        return byName;
    }

    private void addChildren(DocumentNode schema, Map<String, DocumentNode> byName) {
        for (DocumentNode child : childrenOf(schema)) {
            if (byName.putIfAbsent(nameOf(child), child) == null) {
                addChildren(child, byName);
            }
        }
    }

    private Map<String, DocumentNode> mapped(DocumentNode schema) {
        Map<String, DocumentNode> byName = new LinkedHashMap<>();
        for (Map.Entry<String, DocumentNode> entry :
                schema.member(KEYWORD).member("mapping").members()) {
            String to = entry.getValue().text("");
            String reference = SpecFiles.isFile(to) ? to : "#/components/schemas/" + DocumentNode.escaped(to);
            byName.put(entry.getKey(), files.target(entry.getValue(), reference));
        }
        return byName;
    }

    private static String nameOf(DocumentNode schema) {
        String last = schema.pointer().isEmpty()
                ? schema.file()
                : schema.pointer().substring(schema.pointer().lastIndexOf('/') + 1);
        return last.replace("~1", "/").replace("~0", "~");
    }

    private List<DocumentNode> childrenOf(DocumentNode schema) {
        Map<String, List<DocumentNode>> found = children;
        if (found == null) {
            found = findChildren();
            children = found;
        }
        return found.getOrDefault(schema.file() + "#" + schema.pointer(), List.of());
    }

    /** Returns the schemas of {@code components}, by the places to which their {@code allOf} refers. */
    private Map<String, List<DocumentNode>> findChildren() {
        Map<String, List<DocumentNode>> found = new HashMap<>();
        for (Map.Entry<String, JsonNode> file : files.trees().entrySet()) {
            DocumentNode schemas = new DocumentNode(file.getKey(), "", file.getValue())
                    .member("components")
                    .member("schemas");
            for (Map.Entry<String, DocumentNode> one : schemas.members()) {
                for (DocumentNode part : one.getValue().member("allOf").items()) {
                    if (SpecFiles.isReference(part)) {
                        DocumentNode parent = files.target(part);
                        found.computeIfAbsent(parent.file() + "#" + parent.pointer(), _ -> new ArrayList<>())
                                .add(one.getValue());
                    }
                }
            }
        }
        return found;
    }
}
