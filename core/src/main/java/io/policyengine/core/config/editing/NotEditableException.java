package io.policyengine.core.config.editing;

import io.policyengine.core.error.Location;

/**
 * Thrown for a file whose notation the engine cannot edit safely. This is an expected case, so there is no stack trace.
 */
public final class NotEditableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotEditableException(Location place) {
        super(
                "the value at " + place + " is written in a form that the engine cannot change: edit the file",
                null,
                false,
                false);
    }
}
