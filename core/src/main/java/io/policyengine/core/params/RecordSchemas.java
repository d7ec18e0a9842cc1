package io.policyengine.core.params;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JsonSubTypesResolver;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Derives the JSON Schema (draft 2020-12) of records from their types and annotations. The schema contains no
 * references.
 */
final class RecordSchemas {
    private static final JsonMapper JSON = new JsonMapper();

    private static final Set<String> OF_COMPONENTS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "minimum",
            "maximum",
            "pattern",
            "minLength",
            "minItems",
            "minProperties",
            "writeOnly",
            Restart.KEYWORD,
            FlatRecords.MARK);

    private RecordSchemas() {}

    static ObjectNode of(Class<? extends Record> type) {
        var schema = nested(type);
        FlatRecords.flatten(schema);
        return schema;
    }

    /** Returns a new schema in the nested form of {@link FlatRecords}. */
    static ObjectNode nested(Class<? extends Record> type) {
        var schema = generator().generateSchema(type);
        flatten(schema);
        schema.put("title", type.getSimpleName());
        var doc = type.getAnnotation(Doc.class);
        if (doc != null) {
            describe(schema, doc);
        }
        return schema;
    }

    // A generator is cheap, but not thread-safe.
    private static SchemaGenerator generator() {
        var config = new SchemaGeneratorConfigBuilder(JSON, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(
                        Option.INLINE_ALL_SCHEMAS,
                        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                        Option.ALLOF_CLEANUP_AT_THE_END);
        config.forTypesInGeneral()
                .withCustomDefinitionProvider(RecordSchemas::definition)
                .withTypeAttributeOverride((schema, type, _) ->
                        FormerKeys.note(schema, type.getType().getErasedType()));
        config.forFields()
                .withPropertyNameOverrideResolver(RecordSchemas::name)
                .withCustomDefinitionProvider(RecordSchemas::ownShape)
                .withRequiredCheck(field -> !field.isFakeContainerItemScope()
                        && !isNullable(field)
                        && field.getAnnotation(Default.class) == null)
                .withNullableCheck(field -> !field.isFakeContainerItemScope() && isNullable(field))
                .withInstanceAttributeOverride(RecordSchemas::attributes);
        var subtypes = new JsonSubTypesResolver();
        config.forTypesInGeneral().withSubtypeResolver(subtypes).withCustomDefinitionProvider(subtypes);
        config.forFields()
                .withTargetTypeOverridesResolver(subtypes::findTargetTypeOverrides)
                .withCustomDefinitionProvider(subtypes::provideCustomPropertySchemaDefinition);
        config.forTypesInGeneral().withPropertySorter((_, _) -> 0); // as declared
        return new SchemaGenerator(config.build());
    }

    /**
     * Merges the attributes of a component into the schema of its type. The generator leaves some of them separate, in
     * an {@code allOf}.
     */
    private static void flatten(JsonNode schema) {
        schema.forEach(RecordSchemas::flatten);
        var parts = schema.path("allOf");
        if (parts.size() == 2
                && schema instanceof ObjectNode object
                && parts.get(0) instanceof ObjectNode type
                && parts.get(1) instanceof ObjectNode component
                && component
                        .propertyStream()
                        .allMatch(entry -> OF_COMPONENTS.contains(entry.getKey())
                                || entry.getValue().equals(type.get(entry.getKey())))) {
            object.remove("allOf");
            object.setAll(type);
            object.setAll(component);
        }
    }

    private static String name(FieldScope field) {
        var property = field.getAnnotation(JsonProperty.class);
        return property != null && !property.value().isEmpty()
                ? property.value()
                : JsonNames.snakeCase(field.getDeclaredName());
    }

    private static boolean isNullable(FieldScope field) {
        return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static @Nullable CustomPropertyDefinition ownShape(FieldScope field, SchemaGenerationContext context) {
        var shape = field.isFakeContainerItemScope() ? null : field.getAnnotation(Shape.class);
        return shape == null
                ? null
                : new CustomPropertyDefinition(
                        (ObjectNode) JSON.readTree(shape.value()), CustomDefinition.INCLUDING_ATTRIBUTES);
    }

    private static @Nullable CustomDefinition definition(ResolvedType type, SchemaGenerationContext context) {
        var raw = type.getErasedType();
        var shape = raw.getAnnotation(Shape.class);
        if (shape != null) {
            return inline((ObjectNode) JSON.readTree(shape.value()));
        }
        if (raw.isEnum()) {
            var schema = JSON.createObjectNode().put("type", "string");
            var names = schema.putArray("enum");
            JsonNames.ofEnum(raw).forEach(names::add);
            return inline(schema);
        }
        if (raw == Duration.class) {
            return inline(JSON.createObjectNode().put("type", "integer").put("minimum", 0));
        }
        if (raw == ObjectNode.class) {
            return inline(JSON.createObjectNode().put("type", "object"));
        }
        if (raw == ArrayNode.class) {
            return inline(JSON.createObjectNode().put("type", "array"));
        }
        return JsonNode.class.isAssignableFrom(raw) ? inline(JSON.createObjectNode()) : null;
    }

    private static CustomDefinition inline(ObjectNode schema) {
        return new CustomDefinition(schema, CustomDefinition.INLINE_DEFINITION, CustomDefinition.EXCLUDING_ATTRIBUTES);
    }

    private static void attributes(ObjectNode schema, FieldScope field, SchemaGenerationContext context) {
        if (field.isFakeContainerItemScope()) {
            return;
        }
        schema.put("title", title(name(field)));
        var raw = field.getType().getErasedType();
        var doc = field.getAnnotation(Doc.class);
        if (doc == null) {
            doc = raw.getAnnotation(Doc.class);
        }
        if (doc != null) {
            describe(schema, doc);
        }
        if (field.getAnnotation(Restart.class) != null) {
            var text = schema.path("description").asString("");
            schema.put("description", text.isEmpty() ? Restart.SENTENCE : text + " " + Restart.SENTENCE);
            schema.put(Restart.KEYWORD, true);
        }
        var value = field.getAnnotation(Default.class);
        if (value != null) {
            schema.set("default", JSON.readTree(value.value()));
        }
        var range = field.getAnnotation(Range.class);
        if (range != null) {
            bound(schema, "minimum", range.min());
            bound(schema, "maximum", range.max());
        }
        var pattern = field.getAnnotation(Pattern.class);
        if (pattern != null) {
            schema.put("pattern", pattern.value());
        }
        if (field.getAnnotation(Secret.class) != null) {
            schema.put("writeOnly", true);
        }
        if (field.getAnnotation(Flat.class) != null) {
            schema.put(FlatRecords.MARK, true);
        }
        if (field.getAnnotation(NonEmpty.class) != null) {
            schema.put(emptinessKeyword(raw), 1);
        }
    }

    private static String title(String key) {
        return Character.toUpperCase(key.charAt(0)) + key.substring(1).replace('_', ' ');
    }

    private static void describe(ObjectNode schema, Doc doc) {
        schema.put("description", doc.value());
        if (doc.examples().length > 0) {
            var examples = schema.putArray("examples");
            for (var example : doc.examples()) {
                examples.add(JSON.readTree(example));
            }
        }
    }

    private static void bound(ObjectNode schema, String keyword, double value) {
        if (Double.isInfinite(value)) {
            return;
        }
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            schema.put(keyword, (long) value);
        } else {
            schema.put(keyword, BigDecimal.valueOf(value));
        }
    }

    private static String emptinessKeyword(Class<?> raw) {
        return Map.class.isAssignableFrom(raw)
                ? "minProperties"
                : Collection.class.isAssignableFrom(raw) ? "minItems" : "minLength";
    }
}
