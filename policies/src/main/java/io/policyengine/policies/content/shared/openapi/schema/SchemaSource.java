package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.document.Place;

/** Makes schemas of places. */
@FunctionalInterface
public interface SchemaSource {
    /** The schema at this place, as it is meant in this direction. */
    BodySchema get(Place schema, SchemaDirection direction);
}
