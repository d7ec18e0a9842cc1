package io.policyengine.core.policy;

/** The part of the body that a policy needs in its phase. */
public enum BodyNeed {
    /** No body: the headers are enough. */
    NONE,
    /** The complete body in one piece. */
    BUFFERED,
    /** Chunk by chunk; the policy does not accept the complete body. */
    STREAMING,
    /** The complete body or chunk by chunk, as the flow provides it. */
    BUFFERED_OR_STREAMING
}
