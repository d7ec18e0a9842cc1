package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.Place;
import tools.jackson.databind.node.ObjectNode;

/** Exclusive bounds of numbers: booleans beside the bounds in OpenAPI 3.0, numbers in JSON Schema 2020-12. */
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
