package io.policyengine.policies.content.shared.openapi.schema;

/** The direction of a message: request or response. Some members of a schema apply to one direction only. */
public enum SchemaDirection {
    /** The direction to the upstream, in which {@code readOnly} members are excluded. */
    REQUEST("readOnly"),
    /** The direction to the client, in which {@code writeOnly} members are excluded. */
    RESPONSE("writeOnly");

    private final String excluded;

    SchemaDirection(String excluded) {
        this.excluded = excluded;
    }

    String excluded() {
        return excluded;
    }
}
