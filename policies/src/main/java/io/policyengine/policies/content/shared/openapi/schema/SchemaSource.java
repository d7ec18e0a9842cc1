package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;

/** Returns compiled schemas by their places in the document. */
@FunctionalInterface
public interface SchemaSource {
    /** Returns the schema at this place, for messages of this direction. */
    BodySchema get(DocumentNode schema, SchemaDirection direction);
}
