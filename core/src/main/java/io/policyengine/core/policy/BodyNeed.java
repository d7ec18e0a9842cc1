package io.policyengine.core.policy;

/** The part of the body that a policy needs in its phase. */
public enum BodyNeed {
    /** No body: the headers are enough. */
    NONE,
    /** The complete body in one piece. */
    BUFFERED,
    /** The chunks of the body; the policy does not accept the complete body. */
    STREAMING,
    /** The complete body or its chunks, as the flow provides it. */
    BUFFERED_OR_STREAMING
}
