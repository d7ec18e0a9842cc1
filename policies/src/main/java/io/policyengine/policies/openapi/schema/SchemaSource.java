package io.policyengine.policies.openapi.schema;

import io.policyengine.policies.jsonschema.BodySchema;
import io.policyengine.policies.openapi.document.Place;

/** Makes schemas of places. */
@FunctionalInterface
public interface SchemaSource {
    /** The schema at this place, as it is meant in this direction. */
    BodySchema get(Place schema, Direction direction);
}
