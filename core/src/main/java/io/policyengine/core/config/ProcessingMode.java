package io.policyengine.core.config;

/** The way in which the policies of a flow process a message: headers only, the complete body, or chunk by chunk. */
public enum ProcessingMode {
    /** Every policy runs once, on the headers. */
    HEADERS_ONLY,
    /**
     * Every policy runs once. The first policy that reads the body, and all policies after it, run when the body is
     * complete.
     */
    BUFFERED_BODY,
    /** Policies run on the headers, then on each chunk of the body. */
    STREAMING,
    /** The engine selects the mode that the policies need. */
    AUTO
}
