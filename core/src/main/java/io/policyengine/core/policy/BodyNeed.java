package io.policyengine.core.policy;

/** A policy's need of its phase's body. */
public enum BodyNeed {
    /** Headers are enough. */
    NONE,
    /** The complete body in one piece. */
    BUFFERED,
    /** Chunk by chunk only. */
    STREAMING,
    /** Complete or chunk by chunk. */
    BUFFERED_OR_STREAMING
}
