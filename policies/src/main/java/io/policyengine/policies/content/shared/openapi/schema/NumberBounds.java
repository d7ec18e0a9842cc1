package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.Place;
import tools.jackson.databind.node.ObjectNode;

/**
 * The exclusive bounds of numbers: a boolean beside the bound in OpenAPI 3.0, a separate bound in JSON Schema 2020-12.
 */
final class NumberBounds {
    private NumberBounds() {}

    static void write(Place schema, ObjectNode written) {
        write(schema, "exclusiveMinimum", "minimum", written);
        write(schema, "exclusiveMaximum", "maximum", written);
    }

    private static void write(Place schema, String exclusive, String inclusive, ObjectNode written) {
        Place place = schema.member(exclusive);
        if (place.node().isNumber()) {
            written.set(exclusive, place.node());
        } else if (place.isTrue(false) && written.has(inclusive)) {
            written.set(exclusive, written.get(inclusive));
            written.remove(inclusive);
        }
    }
}
