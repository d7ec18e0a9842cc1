package io.policyengine.core.params;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Derives the JSON Schema (draft 2020-12) of records from their types and annotations. The schema contains no
 * references. Components may be records, enums, collections, maps with text keys, JSON, texts, numbers, times, and
 * types with a {@link Shape} or {@code @JsonSubTypes}.
 */
final class RecordSchemas {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String TYPE = "type";
    private static final String PROPERTIES = "properties";
    private static final String REQUIRED = "required";
    private static final String ADDITIONAL = "additionalProperties";
    private static final String ANY_OF = "anyOf";
    private static final String DATE_TIME = "date-time";

    /**
     * Keywords that apply to values of any type. A schema with such a keyword can permit {@code null} only as an
     * alternative ({@code anyOf}).
     */
    private static final Set<String> OF_ALL_TYPES = Set.of("$ref", "allOf", ANY_OF, "oneOf", "const", "enum");

    private static final Set<Class<?>> INTEGERS = Set.of(
            int.class,
            Integer.class,
            long.class,
            Long.class,
            short.class,
            Short.class,
            byte.class,
            Byte.class,
            BigInteger.class);
    private static final Set<Class<?>> NUMBERS =
            Set.of(double.class, Double.class, float.class, Float.class, BigDecimal.class, Number.class);
    private static final Set<Class<?>> TEXTS =
            Set.of(String.class, CharSequence.class, char.class, Character.class, LocalDateTime.class, ZoneId.class);
    /**
     * The schema formats of types that are written as texts. Validation ignores them, since the types' parsers check
     * more.
     */
    private static final Map<Class<?>, String> FORMATS = Map.of(
            LocalDate.class, "date",
            LocalTime.class, "time",
            OffsetTime.class, "time",
            Instant.class, DATE_TIME,
            OffsetDateTime.class, DATE_TIME,
            ZonedDateTime.class, DATE_TIME,
            Period.class, "duration",
            URI.class, "uri",
            UUID.class, "uuid");

    /** The records around the current one, outermost last. */
    private final Deque<Class<?>> around = new ArrayDeque<>();

    private RecordSchemas() {}

    /**
     * Returns a new schema in the written form of {@link FlatRecords}.
     *
     * @throws IllegalArgumentException if no schema can be derived from a component
     */
    static ObjectNode of(Class<? extends Record> type) {
        var schema = nested(type);
        FlatRecords.flatten(schema);
        return schema;
    }

    /**
     * Returns a new schema in the nested form of {@link FlatRecords}.
     *
     * @throws IllegalArgumentException if no schema can be derived from a component
     */
    static ObjectNode nested(Class<? extends Record> type) {
        var schema = JSON.createObjectNode().put("$schema", DIALECT);
        schema.setAll(new RecordSchemas().ofClass(type));
        schema.put("title", type.getSimpleName());
        var doc = type.getAnnotation(Doc.class);
        if (doc != null) {
            ComponentKeywords.describe(schema, doc);
        }
        return schema;
    }

    private ObjectNode ofComponent(RecordComponent component) {
        var shape = component.getAnnotation(Shape.class);
        var schema = shape == null ? of(component.getGenericType()) : parsed(shape);
        if (isNullable(component)) {
            schema = nullable(schema);
        }
        return ComponentKeywords.add(component, schema);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private ObjectNode of(Type type) {
        return switch (type) {
            case Class<?> raw -> ofClass(raw);
            case ParameterizedType generic -> ofGeneric(generic);
            case WildcardType wildcard -> of(wildcard.getUpperBounds()[0]);
            case GenericArrayType array -> list(array.getGenericComponentType());
            default -> throw unusable(type);
        };
    }

    private ObjectNode ofGeneric(ParameterizedType type) {
        var raw = (Class<?>) type.getRawType();
        var arguments = type.getActualTypeArguments();
        if (Map.class.isAssignableFrom(raw) && arguments.length == 2) {
            var schema = object();
            schema.set(ADDITIONAL, of(arguments[1]));
            return schema;
        }
        if (Collection.class.isAssignableFrom(raw) && arguments.length == 1) {
            return list(arguments[0]);
        }
        if (raw == Optional.class) {
            return nullable(of(arguments[0]));
        }
        throw unusable(type);
    }

    private ObjectNode list(Type items) {
        var schema = typed("array");
        schema.set("items", of(items));
        return schema;
    }

    private ObjectNode ofClass(Class<?> type) {
        var shape = type.getAnnotation(Shape.class);
        if (shape != null) {
            return parsed(shape);
        }
        if (type.isEnum()) {
            var schema = typed("string");
            JsonNames.ofEnum(type).forEach(schema.putArray("enum")::add);
            return schema;
        }
        if (type.isAnnotationPresent(JsonSubTypes.class)) {
            return alternatives(type);
        }
        if (type.isArray()) {
            return list(type.getComponentType());
        }
        return type.isRecord() ? subtype(type) : simple(type);
    }

    /**
     * Returns the schema of a record. If the record is a subtype of an interface, the schema has a property for the
     * subtype's name.
     */
    private ObjectNode subtype(Class<?> type) {
        var schema = record(type);
        addName(schema, type, type);
        return schema;
    }

    private static void addName(ObjectNode schema, Class<?> type, Class<?> below) {
        for (var parent : below.getInterfaces()) {
            var subtypes = parent.getAnnotation(JsonSubTypes.class);
            for (var subtype : subtypes == null ? new JsonSubTypes.Type[0] : subtypes.value()) {
                if (subtype.value() == type) {
                    named(schema, nameKey(parent), nameOf(subtype));
                }
            }
            addName(schema, type, parent);
        }
    }

    private static String nameOf(JsonSubTypes.Type subtype) {
        var name = subtype.value().getAnnotation(JsonTypeName.class);
        if (!subtype.name().isEmpty()) {
            return subtype.name();
        }
        if (name == null || name.value().isEmpty()) {
            throw unusable(subtype.value());
        }
        return name.value();
    }

    private static ObjectNode simple(Class<?> type) {
        if (type == Duration.class) {
            return typed("integer").put("minimum", 0);
        }
        if (INTEGERS.contains(type)) {
            return typed("integer");
        }
        if (NUMBERS.contains(type)) {
            return typed("number");
        }
        if (type == boolean.class || type == Boolean.class) {
            return typed("boolean");
        }
        if (TEXTS.contains(type)) {
            return typed("string");
        }
        if (FORMATS.containsKey(type)) {
            return typed("string").put("format", FORMATS.get(type));
        }
        if (type == ObjectNode.class) {
            return object();
        }
        if (type == ArrayNode.class) {
            return typed("array");
        }
        if (type == Object.class || JsonNode.class.isAssignableFrom(type)) {
            return JSON.createObjectNode();
        }
        throw unusable(type);
    }

    private ObjectNode record(Class<?> type) {
        if (around.contains(type)) {
            throw new IllegalArgumentException(
                    "no schema can be derived from " + type.getName() + ": it contains itself");
        }
        around.push(type);
        var schema = object();
        var properties = JSON.createObjectNode();
        var required = JSON.createArrayNode();
        for (var component : type.getRecordComponents()) {
            var name = JsonNames.ofComponent(component);
            properties.set(name, ofComponent(component));
            if (!component.isAnnotationPresent(Default.class) && !isNullable(component)) {
                required.add(name);
            }
        }
        around.pop();
        if (!properties.isEmpty()) {
            schema.set(PROPERTIES, properties);
        }
        if (!required.isEmpty()) {
            schema.set(REQUIRED, required);
        }
        schema.put(ADDITIONAL, false);
        FormerKeys.note(schema, type);
        return schema;
    }

    /** Returns the schema of a type with subtypes. A property of each subtype contains the subtype's name. */
    private ObjectNode alternatives(Class<?> type) {
        var schema = JSON.createObjectNode();
        var alternatives = schema.putArray(ANY_OF);
        for (var subtype : type.getAnnotation(JsonSubTypes.class).value()) {
            alternatives.add(ofClass(subtype.value()));
        }
        return schema;
    }

    private static String nameKey(Class<?> type) {
        var info = type.getAnnotation(JsonTypeInfo.class);
        if (info == null || info.use() != JsonTypeInfo.Id.NAME || info.include() != JsonTypeInfo.As.PROPERTY) {
            throw unusable(type);
        }
        return info.property().isEmpty() ? info.use().getDefaultPropertyName() : info.property();
    }

    private static void named(ObjectNode schema, String key, String name) {
        schema.withObjectProperty(PROPERTIES).putObject(key).put("const", name);
        schema.withArrayProperty(REQUIRED).add(key);
    }

    private static ObjectNode nullable(ObjectNode schema) {
        if (OF_ALL_TYPES.stream().anyMatch(schema::has)) {
            var either = JSON.createObjectNode();
            var alternatives = either.putArray(ANY_OF);
            alternatives.add(typed("null"));
            if (schema.size() == 1 && schema.get(ANY_OF) instanceof ArrayNode others) {
                alternatives.addAll(others);
            } else {
                alternatives.add(schema);
            }
            return either;
        }
        var type = schema.get(TYPE);
        if (type instanceof ArrayNode types) {
            types.add("null");
        } else if (type != null) {
            schema.putArray(TYPE).add(type).add("null");
        }
        return schema;
    }

    private static ObjectNode parsed(Shape shape) {
        return (ObjectNode) JSON.readTree(shape.value());
    }

    private static ObjectNode object() {
        return typed("object");
    }

    private static ObjectNode typed(String type) {
        return JSON.createObjectNode().put(TYPE, type);
    }

    private static IllegalArgumentException unusable(Type type) {
        return new IllegalArgumentException(
                "no schema can be derived from " + type.getTypeName() + ": use a record, or state it by @Shape");
    }
}
