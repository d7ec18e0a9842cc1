package io.policyengine.policies.content.shared.openapi.schema;

/** The way of a message: some members of a schema are for one way only. */
public enum Direction {
    /** To the upstream: without what is {@code readOnly}. */
    REQUEST("readOnly"),
    /** To the client: without what is {@code writeOnly}. */
    RESPONSE("writeOnly");

    private final String excluded;

    Direction(String excluded) {
        this.excluded = excluded;
    }

    /** The keyword of members that are not to be there. */
    String excluded() {
        return excluded;
    }
}
