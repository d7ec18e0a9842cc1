package io.policyengine.core.params;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Adds to a record component's schema the keywords that follow from its annotations and its name. */
final class ComponentKeywords {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Keywords that only describe a value. In a schema, they come after all others. */
    private static final List<String> ANNOTATIONS =
            List.of(FormerKeys.RENAMED, FormerKeys.REMOVED, "examples", Restart.KEYWORD, FlatRecords.MARK);

    private ComponentKeywords() {}

    /** Returns the schema of the component's type with the keywords of the component. */
    static ObjectNode add(RecordComponent component, ObjectNode schema) {
        var raw = component.getType();
        var keywords = of(component, raw);
        if (Collection.class.isAssignableFrom(raw) && !schema.has("anyOf")) {
            schema.properties().stream()
                    .filter(keyword -> !keywords.has(keyword.getKey()))
                    .forEach(keyword -> keywords.set(keyword.getKey(), keyword.getValue()));
            return keywords;
        }
        schema.setAll(keywords);
        if (component.isAnnotationPresent(Shape.class)
                || schema.path("additionalProperties").has("properties")) {
            return schema;
        }
        for (var keyword : ANNOTATIONS) {
            var value = schema.remove(keyword);
            if (value != null) {
                schema.set(keyword, value);
            }
        }
        return schema;
    }

    private static ObjectNode of(RecordComponent component, Class<?> raw) {
        var keywords = JSON.createObjectNode();
        keywords.put("title", title(JsonNames.ofComponent(component)));
        var doc = component.getAnnotation(Doc.class);
        if (doc == null) {
            doc = raw.getAnnotation(Doc.class);
        }
        if (doc != null) {
            describe(keywords, doc);
        }
        if (component.isAnnotationPresent(Restart.class)) {
            var text = keywords.path("description").asString("");
            keywords.put("description", text.isEmpty() ? Restart.SENTENCE : text + " " + Restart.SENTENCE);
            keywords.put(Restart.KEYWORD, true);
        }
        var value = component.getAnnotation(Default.class);
        if (value != null) {
            keywords.set("default", JSON.readTree(value.value()));
        }
        restrict(keywords, component);
        if (component.isAnnotationPresent(Flat.class)) {
            keywords.put(FlatRecords.MARK, true);
        }
        if (component.isAnnotationPresent(NonEmpty.class)) {
            keywords.put(emptinessKeyword(raw), 1);
        }
        return keywords;
    }

    private static void restrict(ObjectNode keywords, RecordComponent component) {
        var range = component.getAnnotation(Range.class);
        if (range != null) {
            bound(keywords, "minimum", range.min());
            bound(keywords, "maximum", range.max());
        }
        var pattern = component.getAnnotation(Pattern.class);
        if (pattern != null) {
            keywords.put("pattern", pattern.value());
        }
        if (component.isAnnotationPresent(Secret.class)) {
            keywords.put("writeOnly", true);
        }
    }

    private static String title(String key) {
        return Character.toUpperCase(key.charAt(0)) + key.substring(1).replace('_', ' ');
    }

    /** Adds a description and examples. */
    static void describe(ObjectNode schema, Doc doc) {
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
