package io.policyengine.admin.api;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;

/**
 * Limits the bodies of all open requests to {@link #MAX} bytes in total, because parsing them takes many times as much
 * heap. Thread-safe.
 */
final class ApiBodies {
    /** Maximum bytes of one request body: a fraction of the heap, at most 16 MiB. */
    static final int MAX_OF_ONE =
            Math.toIntExact(Math.min(16L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 128));
    /** Maximum bytes of a request body from a caller who may not write files. */
    static final int MAX_OF_OPERATORS = 64 * 1024;

    /** Maximum total bytes of the bodies of all unanswered requests to the API. */
    private static final long MAX = 2L * MAX_OF_ONE;

    /** The bytes of the bodies of requests that are not answered yet. */
    private final Capacity held = new Capacity(MAX);

    /** Returns an empty reservation for the body of one request. */
    CapacityReservation reservation() {
        return held.reservation();
    }

    static ApiProblem busy() {
        return new ApiProblem(
                ApiProblem.Code.BUSY,
                "the bodies of pending requests use all of the " + MAX + " bytes for bodies: try again later");
    }
}
