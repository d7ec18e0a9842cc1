package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The types that a schema permits. They determine how a text is converted, since a text does not state its type.
 *
 * @param kinds permitted types; empty if all types are permitted
 * @param items types of an array's items; null if all types are permitted
 * @param properties types of an object's members, by name
 * @param others types of members that {@code properties} does not name; null if all types are permitted
 */
public record SchemaTypes(
        Set<Kind> kinds,
        @Nullable SchemaTypes items,
        Map<String, SchemaTypes> properties,
        @Nullable SchemaTypes others) {
    /** The types of a schema that permits any value. */
    public static final SchemaTypes ANY = new SchemaTypes(Set.of(), null, Map.of(), null);

    /**
     * Maximum levels of a schema that are examined for its types. Parameters have at most one level, and forms have a
     * few.
     */
    private static final int MAX_DEPTH = 4;

    public SchemaTypes {
        kinds = Set.copyOf(kinds);
        properties = Map.copyOf(properties);
    }

    enum Kind {
        STRING,
        /** A number, including integers. */
        NUMBER,
        BOOLEAN,
        NULL,
        ARRAY,
        OBJECT;

        static @Nullable Kind of(String type) {
            return switch (type) {
                case "string" -> STRING;
                case "number", "integer" -> NUMBER;
                case "boolean" -> BOOLEAN;
                case "null" -> NULL;
                case "array" -> ARRAY;
                case "object" -> OBJECT;
                default -> null;
            };
        }

        static Kind of(JsonNode value) {
            return switch (value.getNodeType()) {
                case ARRAY -> ARRAY;
                case BOOLEAN -> BOOLEAN;
                case NULL, MISSING -> NULL;
                case NUMBER -> NUMBER;
                case OBJECT, POJO -> OBJECT;
                case STRING, BINARY -> STRING;
            };
        }
    }

    boolean mayBe(Kind kind) {
        return kinds.isEmpty() || kinds.contains(kind);
    }

    /** Returns whether the types of the schema include arrays; false if the schema states no types. */
    public boolean isArray() {
        return kinds.contains(Kind.ARRAY);
    }

    /** Returns whether the types of the schema include objects; false if the schema states no types. */
    public boolean isObject() {
        return kinds.contains(Kind.OBJECT);
    }

    /** Returns the types of an array's items. */
    public SchemaTypes item() {
        return items == null ? ANY : items;
    }

    /** Returns the types of a member. */
    public SchemaTypes property(String name) {
        SchemaTypes named = properties.get(name);
        if (named != null) {
            return named;
        }
        return others == null ? ANY : others;
    }

    /** Returns the types of a schema. */
    public static SchemaTypes of(SpecFiles files, DocumentNode schema) {
        return of(files, schema, MAX_DEPTH);
    }

    private static SchemaTypes of(SpecFiles files, DocumentNode schema, int depth) {
        if (depth == 0 || !schema.isThere()) {
            return ANY;
        }
        Building building = new Building(files, depth);
        building.add(schema, MAX_DEPTH);
        return new SchemaTypes(building.kinds, building.items, building.properties, building.others);
    }

    private static final class Building {
        private final SpecFiles files;
        private final int depth;
        private final EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
        private final Map<String, SchemaTypes> properties = new HashMap<>();
        private @Nullable SchemaTypes items;
        private @Nullable SchemaTypes others;

        Building(SpecFiles files, int depth) {
            this.files = files;
            this.depth = depth;
        }

        void add(DocumentNode given, int partsDeep) {
            DocumentNode schema = files.follow(given);
            addKinds(schema);
            DocumentNode item = schema.member("items");
            if (item.isThere() && items == null) {
                items = of(files, item, depth - 1);
            }
            DocumentNode named = schema.member("properties");
            for (String name : named.node().propertyNames()) {
                properties.computeIfAbsent(name, _ -> of(files, named.member(name), depth - 1));
            }
            DocumentNode rest = schema.member("additionalProperties");
            if (rest.node().isObject() && others == null) {
                others = of(files, rest, depth - 1);
            }
            if (partsDeep > 0) {
                for (String keyword : new String[] {"allOf", "anyOf", "oneOf"}) {
                    schema.member(keyword).items().forEach(part -> add(part, partsDeep - 1));
                }
            }
        }

        private void addKinds(DocumentNode schema) {
            JsonNode type = schema.node().path("type");
            if (type.isString()) {
                addKind(type);
            } else if (type.isArray()) {
                type.forEach(this::addKind);
            } else if (schema.node().has("const")) {
                kinds.add(Kind.of(schema.node().path("const")));
            } else if (schema.node().path("enum").isArray()) {
                schema.node().path("enum").forEach(value -> kinds.add(Kind.of(value)));
            } else if (schema.node().has("properties")) {
                kinds.add(Kind.OBJECT);
            } else if (schema.node().has("items")) {
                kinds.add(Kind.ARRAY);
            }
        }

        private void addKind(JsonNode type) {
            Kind kind = Kind.of(type.asString(""));
            if (kind != null) {
                kinds.add(kind);
            }
        }
    }
}
