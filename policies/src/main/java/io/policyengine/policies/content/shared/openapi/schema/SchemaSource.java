package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.document.Place;

/** Creates schemas from places. */
@FunctionalInterface
public interface SchemaSource {
    /** Returns the schema at this place, for messages of this direction. */
    BodySchema get(Place schema, SchemaDirection direction);
}
