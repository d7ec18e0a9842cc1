package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import java.math.BigDecimal;
import tools.jackson.databind.node.ObjectNode;

/**
 * The formats that are validated: those of JSON Schema 2020-12, and {@code int32}, {@code int64} and {@code byte} of
 * OpenAPI.
 *
 * @param areJudged false if formats are only annotations
 */
record Formats(boolean areJudged) {
    private static final String BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

    void write(DocumentNode schema, ObjectNode written) {
        String format = schema.member("format").text("");
        if (!areJudged || format.isEmpty()) {
            return;
        }
        switch (format) {
            case "int32" -> bounds(written, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int64" -> bounds(written, Long.MIN_VALUE, Long.MAX_VALUE);
            case "byte" -> {
                if (!written.has("pattern")) {
                    written.put("pattern", BASE64);
                }
            }
            default -> written.put("format", format);
        }
    }

    private static void bounds(ObjectNode written, long least, long most) {
        if (!written.has("minimum") && !written.has("exclusiveMinimum")) {
            written.put("minimum", BigDecimal.valueOf(least));
        }
        if (!written.has("maximum") && !written.has("exclusiveMaximum")) {
            written.put("maximum", BigDecimal.valueOf(most));
        }
    }
}
