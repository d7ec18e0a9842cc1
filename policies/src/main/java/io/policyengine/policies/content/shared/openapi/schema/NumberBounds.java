package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates exclusive bounds of numbers. OpenAPI 3.0 marks a bound as exclusive by a boolean; JSON Schema 2020-12 has
 * a separate keyword with the number.
 */
final class NumberBounds {
    private NumberBounds() {}

    static void write(DocumentNode schema, ObjectNode written) {
        write(schema, "exclusiveMinimum", "minimum", written);
        write(schema, "exclusiveMaximum", "maximum", written);
    }

    private static void write(DocumentNode schema, String exclusive, String inclusive, ObjectNode written) {
        DocumentNode place = schema.member(exclusive);
        if (place.node().isNumber()) {
            written.set(exclusive, place.node());
        } else if (place.isTrue(false) && written.has(inclusive)) {
            written.set(exclusive, written.get(inclusive));
            written.remove(inclusive);
        }
    }
}
