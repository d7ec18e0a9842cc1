package io.policyengine.policies.content.shared.openapi.schema;

import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.schema.LinearTimePatterns;
import io.policyengine.policies.content.shared.openapi.document.Dialect;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the schemas of a document to one schema of JSON Schema 2020-12. Each referenced place becomes a member of
 * {@code $defs}, and each {@code $ref} refers to such a member. So the result needs no other file, and has cycles only
 * through {@code $ref}. It has at most {@value #MAX_SCHEMAS} members. Used for one document.
 */
public final class SchemaTranslator {
    /** Maximum number of schemas in an OpenAPI document. Each compiled schema takes some kilobytes. */
    static final int MAX_SCHEMAS = 50_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String DEFS = "$defs";

    private static final Set<String> VALUES = Set.of(
            "multipleOf",
            "maximum",
            "minimum",
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "uniqueItems",
            "maxContains",
            "minContains",
            "maxProperties",
            "minProperties",
            "enum",
            "const",
            "dependentRequired");
    private static final Set<String> SCHEMAS = Set.of(
            "not",
            "items",
            "contains",
            "additionalProperties",
            "propertyNames",
            "if",
            "then",
            "else",
            "unevaluatedItems",
            "unevaluatedProperties");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
    private static final Set<String> MAPS = Set.of("patternProperties", "dependentSchemas");

    /** Keywords that give a schema a name, or that refer to a schema by something other than its place. */
    private static final Set<String> UNSUPPORTED = Set.of(
            "$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary");

    private final SpecFiles files;
    private final Dialect dialect;
    private final Formats formats;
    private final ReadOnlyNames excluded;
    private final Discriminators discriminators;

    private final Map<Key, String> ids = new HashMap<>();
    private final Map<String, DocumentNode> places = new HashMap<>();
    private final Deque<Key> open = new ArrayDeque<>();
    private final ObjectNode defs = NODES.objectNode();

    /** Creates a translator for the schemas of a document's files. */
    public SchemaTranslator(SpecFiles files, Dialect dialect, boolean assertsFormat) {
        this.files = files;
        this.dialect = dialect;
        this.formats = new Formats(assertsFormat);
        this.excluded = new ReadOnlyNames(files);
        this.discriminators = new Discriminators(files);
    }

    /**
     * A schema for messages of one direction.
     *
     * @param isPart true if the schema is an alternative of another schema's discriminator, so that its own
     *     discriminator is not applied
     */
    private record Key(DocumentNode place, SchemaDirection direction, boolean isPart) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key(DocumentNode thatPlace, SchemaDirection thatDirection, boolean thatIsPart)
                    && place.pointer().equals(thatPlace.pointer())
                    && place.file().equals(thatPlace.file())
                    && direction == thatDirection
                    && isPart == thatIsPart;
        }

        @Override
        public int hashCode() {
            return place.pointer().hashCode();
        }
    }

    /** Returns the name in {@link #defs} of the schema at a place. Translates the schema if it is new. */
    public String idOf(DocumentNode place, SchemaDirection direction) {
        String id = id(new Key(place, direction, false));
        while (!open.isEmpty()) {
            Key next = open.removeFirst();
            defs.set(ids.get(next), translate(next));
        }
        return id;
    }

    /** Returns the requested schemas and the schemas to which they refer, by name. */
    public ObjectNode defs() {
        return defs;
    }

    /** Returns the place of the schema with the given name. */
    public DocumentNode placeOf(String id) {
        return Objects.requireNonNull(places.get(id), id);
    }

    private String id(Key key) {
        String known = ids.get(key);
        if (known != null) {
            return known;
        }
        String id = "s" + ids.size();
        if (ids.size() >= MAX_SCHEMAS) {
            throw key.place().fault("the document has more than " + MAX_SCHEMAS + " schemas that refer to each other");
        }
        ids.put(key, id);
        places.put(id, key.place());
        open.addLast(key);
        return id;
    }

    private ObjectNode reference(Key key) {
        return NODES.objectNode().put("$ref", "#/" + DEFS + "/" + id(key));
    }

    private ObjectNode reference(DocumentNode place, SchemaDirection direction, boolean isPart) {
        return reference(new Key(place, direction, isPart));
    }

    private JsonNode translate(Key key) {
        return translate(key.place(), key.direction(), key.isPart());
    }

    private JsonNode translate(DocumentNode schema, SchemaDirection direction, boolean isPart) {
        if (schema.node().isBoolean()) {
            return schema.node();
        }
        if (!schema.node().isObject()) {
            throw schema.fault(
                    "a schema is expected: an object" + (dialect == Dialect.OPENAPI_3_1 ? ", true or false" : ""));
        }
        if (SpecFiles.isReference(schema)) {
            return translateReference(schema, direction, isPart);
        }
        return translateKeywords(schema, direction, isPart);
    }

    /** Translates a reference. Its siblings are ignored in OpenAPI 3.0 and apply in 3.1. */
    private JsonNode translateReference(DocumentNode schema, SchemaDirection direction, boolean isPart) {
        files.follow(schema);
        ObjectNode reference = reference(files.target(schema), direction, isPart);
        if (dialect == Dialect.OPENAPI_3_0) {
            return reference;
        }
        ObjectNode beside = translateKeywords(schema, direction, isPart);
        return beside.isEmpty() ? reference : beside.setAll(reference);
    }

    private ObjectNode translateKeywords(DocumentNode schema, SchemaDirection direction, boolean isPart) {
        ObjectNode written = NODES.objectNode();
        boolean tellsApart = !isPart && discriminators.applies(schema);
        for (Map.Entry<String, DocumentNode> member : schema.members()) {
            String keyword = member.getKey();
            DocumentNode value = member.getValue();
            if (VALUES.contains(keyword)) {
                written.set(keyword, value.node());
            } else if (SCHEMAS.contains(keyword)) {
                written.set(keyword, translate(value, direction, false));
            } else if (LISTS.contains(keyword)) {
                if (!tellsApart || !Discriminators.CHOICES.contains(keyword)) {
                    written.set(keyword, translateAll(value, direction, keyword.equals("allOf") && isNamed(schema)));
                }
            } else if (MAPS.contains(keyword)) {
                ObjectNode map = written.putObject(keyword);
                value.node()
                        .propertyNames()
                        .forEach(name -> map.set(name, translate(value.member(name), direction, false)));
            } else if (UNSUPPORTED.contains(keyword) || (keyword.equals("$id") && refers(schema.node()))) {
                throw value.fault("'" + keyword + "' is not supported: refer to the place by $ref '#/…' instead");
            }
        }
        properties(schema, direction, written);
        pattern(schema, written);
        Dialect.checkDialect(schema.member("$schema"));
        NumberBounds.write(schema, written);
        formats.write(schema, written);
        if (tellsApart) {
            discriminators.write(schema, written, place -> reference(place, direction, false));
        }
        return NullableTypes.write(schema, dialect, written);
    }

    /** Returns whether the schema contains a reference. A sibling {@code $id} would change the reference's base. */
    private static boolean refers(JsonNode node) {
        return node.path("$ref").isString() || node.valueStream().anyMatch(SchemaTranslator::refers);
    }

    /**
     * Returns whether the schema is in {@code components} or is a whole file. Only such a schema is treated as a child
     * of the schemas in its {@code allOf}.
     */
    private static boolean isNamed(DocumentNode schema) {
        return schema.pointer().isEmpty() || schema.pointer().matches("/components/schemas/[^/]*");
    }

    private ArrayNode translateAll(DocumentNode list, SchemaDirection direction, boolean areParts) {
        ArrayNode written = NODES.arrayNode();
        list.items().forEach(item -> written.add(translate(item, direction, areParts)));
        return written;
    }

    /**
     * Writes the members of an object. A member that is only for the other direction is neither required nor permitted.
     */
    private void properties(DocumentNode schema, SchemaDirection direction, ObjectNode written) {
        Set<String> others = excluded.of(schema, direction);
        DocumentNode properties = schema.member("properties");
        if (properties.isThere()) {
            ObjectNode map = written.putObject("properties");
            for (String name : properties.node().propertyNames()) {
                map.set(
                        name,
                        others.contains(name)
                                ? NODES.booleanNode(false)
                                : translate(properties.member(name), direction, false));
            }
        }
        DocumentNode required = schema.member("required");
        if (required.isThere()) {
            if (!required.node().isArray()) {
                throw required.fault("a list of names is expected");
            }
            ArrayNode names = written.putArray("required");
            required.node().forEach(name -> {
                if (!others.contains(name.asString(""))) {
                    names.add(name);
                }
            });
        }
    }

    private static void pattern(DocumentNode schema, ObjectNode written) {
        DocumentNode pattern = schema.member("pattern");
        if (pattern.isThere()) {
            checkPattern(pattern, pattern.text(""));
            written.set("pattern", pattern.node());
        }
        DocumentNode properties = schema.member("patternProperties");
        properties.node().propertyNames().forEach(name -> checkPattern(properties.member(name), name));
    }

    private static void checkPattern(DocumentNode place, String pattern) {
        try {
            new LinearTimePatterns().getRegularExpression(pattern);
        } catch (PatternSyntaxException unknown) {
            throw place.fault("RE2 does not know this pattern (" + unknown.getDescription()
                    + "): write it without look-around and back-references");
        }
    }
}
