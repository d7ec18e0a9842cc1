package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;

/** A source of compiled schemas by their places in the document. */
@FunctionalInterface
public interface SchemaSource {
    /** Returns the compiled schema at a place, for messages of the given direction. */
    BodySchema get(DocumentNode schema, SchemaDirection direction);
}
