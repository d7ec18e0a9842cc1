package io.policyengine.core.expression;

import dev.cel.common.values.NullValue;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Converts JSON to CEL values. Objects and arrays become views without a copy. */
final class JsonValues {
    private JsonValues() {}

    /**
     * Converts a JSON value to bool, int, double, string, list, map or null. An integer that exceeds a long becomes a
     * double.
     */
    static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> map(node);
            case ARRAY -> list(node);
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                node.isIntegralNumber() && node.canConvertToLong() ? (Object) node.longValue() : node.doubleValue();
            case NULL, MISSING -> NullValue.NULL_VALUE;
            case BINARY, POJO -> node.toString();
        };
    }

    static Map<String, Object> map(JsonNode object) {
        return new LazyMap() {
            @Override
            @Nullable
            Object find(String key) {
                JsonNode value = object.get(key);
                return value == null ? null : of(value);
            }

            @Override
            Map<String, Object> readAll() {
                Map<String, Object> all = new LinkedHashMap<>();
                object.forEachEntry((key, value) -> all.put(key, of(value)));
                return all;
            }
        };
    }

    static List<Object> list(JsonNode array) {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                JsonNode value = array.get(index);
                if (value == null) {
                    throw new IndexOutOfBoundsException(index);
                }
                return of(value);
            }

            @Override
            public int size() {
                return array.size();
            }
        };
    }
}
