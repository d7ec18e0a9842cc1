package io.policyengine.kernel.overload;

import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.SegmentCall;

/** The kinds of calls to a replica. A worker's process begins calls of one kind before those of another. */
public enum CallKind {
    /** A call for the headers of a request, or for a request with its whole body. */
    REQUEST,
    /** A call of the response phase, or for trailers. */
    RESPONSE,
    /** A chunk of a body. */
    CHUNK;

    /** Returns the kind of a call that is no chunk. */
    public static CallKind of(SegmentCall<?> call) {
        return call instanceof RequestCall ? REQUEST : RESPONSE;
    }
}
