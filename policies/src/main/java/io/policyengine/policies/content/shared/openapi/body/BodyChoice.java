package io.policyengine.policies.content.shared.openapi.body;

/** The way that a body is treated. */
public sealed interface BodyChoice {
    /** It passes, whatever it is. */
    record Unjudged() implements BodyChoice {}

    /** It is judged. */
    record Judged(JudgedBody by) implements BodyChoice {}

    /** It is refused, whatever it is. */
    record Refused(Reason reason) implements BodyChoice {}

    /** The reason why a body is refused before it is read. */
    enum Reason {
        /** There is none, and one is needed. */
        MISSING,
        /** There is one, and there should be none. */
        UNEXPECTED,
        /** It is of none of the media types that it may have. */
        OTHER_TYPE
    }
}
