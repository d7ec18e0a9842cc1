package io.policyengine.core.expression;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Header fields by name, in lower case; a name is found however it is written. */
abstract class FieldsMap extends LazyMap {
    private final HeaderMap fields;

    private FieldsMap(HeaderMap fields) {
        this.fields = fields;
    }

    /** The first value of each field, as text. */
    static FieldsMap first(HeaderMap fields) {
        return new FieldsMap(fields) {
            @Override
            @Nullable
            Object find(String key) {
                String value = fields.get(key);
                return value == null ? null : Octets.toText(value);
            }
        };
    }

    /** All values of each field, as texts. */
    static FieldsMap every(HeaderMap fields) {
        return new FieldsMap(fields) {
            @Override
            @Nullable
            Object find(String key) {
                List<String> values = fields.getAll(key);
                return values.isEmpty()
                        ? null
                        : values.stream().map(Octets::toText).toList();
            }
        };
    }

    @Override
    final Map<String, Object> readAll() {
        Map<String, Object> all = new LinkedHashMap<>();
        fields.forEach((name, _) -> all.computeIfAbsent(name, this::find));
        return all;
    }
}
