package io.policyengine.core.config;

/** The time at which the policies of a flow run, and the part of the body that they see. */
public enum ProcessingMode {
    /** Every policy once, on headers. */
    HEADERS_ONLY,
    /** Every policy once; from the first that reads the body on with the complete body. */
    BUFFERED_BODY,
    /** Policies run on the headers, then chunk by chunk. */
    STREAMING,
    /** The mode that the policies need. */
    AUTO
}
