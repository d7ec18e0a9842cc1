package io.policyengine.core.config;

/** When the policies of a flow run, and what they see of the body. */
public enum ProcessingMode {
    /** Every policy once, on headers. */
    HEADERS_ONLY,
    /** Every policy once; from the first that reads the body on with the complete body. */
    BUFFERED_BODY,
    /** On headers once, then chunk by chunk. */
    STREAMING,
    /** Whichever of these the policies need. */
    AUTO
}
