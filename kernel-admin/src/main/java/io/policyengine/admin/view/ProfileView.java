package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import org.jspecify.annotations.Nullable;

/** The last recording of the JVM, by the Java Flight Recorder. */
@Doc("The last recording of the JVM, by the Java Flight Recorder.")
public record ProfileView(
        @Doc("The state of the recording.") State state,

        @Doc("The end of a running recording, ISO 8601; absent if none runs.") @Nullable
        String until,

        @Doc("The size of the finished file in bytes; absent if there is none.") @Nullable
        Long bytes,

        @Doc("The reason why a recording failed; absent if none did.") @Nullable
        String failure) {
    /** The state of the last recording of the JVM. */
    public enum State {
        /** There is no recording. */
        NONE,
        /** A recording runs. */
        RUNNING,
        /** The recording has ended, and its file can be downloaded. */
        ENDED,
        /** The recording could not be written. */
        FAILED
    }
}
