package io.policyengine.policies.content.shared.openapi.schema;

import io.policyengine.policies.content.shared.openapi.document.Dialect;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The types of a schema. With {@code nullable} of OpenAPI 3.0, null is permitted even if another keyword of the schema
 * excludes it.
 */
final class NullableTypes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String TYPE = "type";
    private static final String NULL = "null";

    private NullableTypes() {}

    /**
     * Adds the types of a schema, and null if the schema is nullable, to the written schema. Returns the resulting
     * schema.
     */
    static ObjectNode write(DocumentNode schema, Dialect dialect, ObjectNode written) {
        JsonNode type = schema.node().path(TYPE);
        if (!type.isMissingNode() && !written.has(TYPE)) {
            written.set(TYPE, type);
        }
        if (dialect != Dialect.OPENAPI_3_0 || !schema.member("nullable").isTrue(false)) {
            return written;
        }
        boolean isOneType = written.path(TYPE).isString();
        boolean mayRefuseNull = written.has("allOf")
                || written.has("anyOf")
                || written.has("oneOf")
                || written.has("not")
                || written.has("const")
                || !isOneType;
        if (mayRefuseNull) {
            ObjectNode either = NODES.objectNode();
            either.putArray("anyOf").add(NODES.objectNode().put(TYPE, NULL)).add(written);
            return either;
        }
        ArrayNode types = NODES.arrayNode();
        types.add(written.get(TYPE)).add(NULL);
        written.set(TYPE, types);
        if (written.path("enum").isArray()) {
            written.set("enum", ((ArrayNode) written.get("enum")).deepCopy().addNull());
        }
        return written;
    }
}
