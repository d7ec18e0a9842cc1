package io.policyengine.policies.openapi;

import io.policyengine.policies.jsonschema.BodySchema;

/** Makes schemas of places. */
@FunctionalInterface
interface SchemaSource {
    /** The schema at this place, as it is meant in this direction. */
    BodySchema get(Place schema, Direction direction);
}
