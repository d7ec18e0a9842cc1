package io.policyengine.policies.content.shared.openapi.body;

/** The treatment of a body, chosen before the body is read. */
public sealed interface BodyChoice {
    /** The body passes without validation. */
    record Unjudged() implements BodyChoice {}

    /** The body is validated. */
    record Judged(JudgedBody by) implements BodyChoice {}

    /** The body is refused. */
    record Refused(Reason reason) implements BodyChoice {}

    /** The reason why a body is refused before it is read. */
    enum Reason {
        MISSING,
        /** The document permits no body for this message. */
        UNEXPECTED,
        /** The document does not permit the media type. */
        OTHER_TYPE
    }
}
