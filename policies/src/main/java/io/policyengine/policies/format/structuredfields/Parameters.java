package io.policyengine.policies.format.structuredfields;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parameters of an item or an inner list, in order (RFC 9651 §3.1.2). */
public record Parameters(Map<String, BareItem> values) {
    static final Parameters NONE = new Parameters(Map.of());

    public Parameters {
        values = values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns the value of the parameter with the given key; null if absent. */
    public @Nullable BareItem get(String key) {
        return values.get(key);
    }

    void writeTo(StringBuilder out) {
        values.forEach((key, value) -> {
            out.append(';').append(key);
            if (!value.equals(BareItem.Bool.TRUE)) {
                out.append('=');
                value.writeTo(out);
            }
        });
    }
}
