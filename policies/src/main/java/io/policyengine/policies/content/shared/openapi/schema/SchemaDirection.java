package io.policyengine.policies.content.shared.openapi.schema;

/** The direction of a message; some members of a schema apply to one direction only. */
public enum SchemaDirection {
    /** The direction to the upstream: without {@code readOnly} members. */
    REQUEST("readOnly"),
    /** The direction to the client: without {@code writeOnly} members. */
    RESPONSE("writeOnly");

    private final String excluded;

    SchemaDirection(String excluded) {
        this.excluded = excluded;
    }

    String excluded() {
        return excluded;
    }
}
