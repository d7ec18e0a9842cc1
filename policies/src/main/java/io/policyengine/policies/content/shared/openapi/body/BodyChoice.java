package io.policyengine.policies.content.shared.openapi.body;

/** The treatment of a body. */
public sealed interface BodyChoice {
    /** A body that passes unvalidated. */
    record Unjudged() implements BodyChoice {}

    /** A body that is validated. */
    record Judged(JudgedBody by) implements BodyChoice {}

    /** A body that is refused. */
    record Refused(Reason reason) implements BodyChoice {}

    /** The reason why a body is refused before it is read. */
    enum Reason {
        MISSING,
        /** The body is not permitted. */
        UNEXPECTED,
        /** The media type is not permitted. */
        OTHER_TYPE
    }
}
