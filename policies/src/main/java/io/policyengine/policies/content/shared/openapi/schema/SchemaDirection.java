package io.policyengine.policies.content.shared.openapi.schema;

/** The way of a message: some members of a schema are for one way only. */
public enum SchemaDirection {
    /** The direction to the upstream: without {@code readOnly} members. */
    REQUEST("readOnly"),
    /** The direction to the client: without {@code writeOnly} members. */
    RESPONSE("writeOnly");

    private final String excluded;

    SchemaDirection(String excluded) {
        this.excluded = excluded;
    }

    /** The keyword of members that are not to be there. */
    String excluded() {
        return excluded;
    }
}
