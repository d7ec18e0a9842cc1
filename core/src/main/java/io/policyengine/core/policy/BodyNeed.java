package io.policyengine.core.policy;

/** What a policy needs of its phase's body. */
public enum BodyNeed {
    /** Headers are enough. */
    NONE,
    /** The complete body in one piece. */
    BUFFERED,
    /** Piece by piece only. */
    STREAMING,
    /** Complete or piece by piece. */
    BUFFERED_OR_STREAMING
}
