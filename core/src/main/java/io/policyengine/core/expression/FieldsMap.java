package io.policyengine.core.expression;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Header fields by lower-case name. Lookups ignore case. */
abstract class FieldsMap extends LazyMap {
    private FieldsMap() {}

    /** Returns a map to the first value of each field, as text. */
    static FieldsMap first(HeaderMap fields) {
        return new FieldsMap() {
            @Override
            @Nullable
            Object find(String key) {
                String value = fields.get(key);
                return value == null ? null : Octets.toText(value);
            }

            @Override
            Map<String, Object> readAll() {
                Map<String, Object> all = new LinkedHashMap<>();
                fields.forEach((name, value) -> all.computeIfAbsent(name, _ -> Octets.toText(value)));
                return all;
            }
        };
    }

    /** Returns a map to the list of all values of each field, as texts. */
    static FieldsMap every(HeaderMap fields) {
        return new FieldsMap() {
            @Override
            @Nullable
            Object find(String key) {
                List<String> values = fields.getAll(key);
                return values.isEmpty()
                        ? null
                        : values.stream().map(Octets::toText).toList();
            }

            @Override
            Map<String, Object> readAll() {
                Map<String, List<String>> all = new LinkedHashMap<>();
                fields.forEach((name, value) ->
                        all.computeIfAbsent(name, _ -> new ArrayList<>()).add(Octets.toText(value)));
                return new LinkedHashMap<>(all);
            }
        };
    }

    @Override
    final String keyOf(String key) {
        return HeaderMap.lowerCase(key);
    }
}
