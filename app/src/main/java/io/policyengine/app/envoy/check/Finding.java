package io.policyengine.app.envoy.check;

import io.policyengine.app.admin.Printable;
import io.policyengine.core.error.Location;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A finding in an Envoy configuration.
 *
 * @param text YAML to add at the position, or null if there is none
 * @param isOfApi whether the known version of Envoy's API does not permit what the file has
 */
record Finding(
        Level level,
        Location location,
        String message,
        @Nullable String text,
        boolean isOfApi) {
    Finding(Level level, Location location, String message, @Nullable String text) {
        this(level, location, message, text, false);
    }

    /** The consequence of a finding. */
    enum Level {
        /** Requests fail or bypass policies, or Envoy refuses the file. */
        ERROR,
        /** The configuration works, but does not limit harm by clients or accidents as far as possible. */
        WARNING,
        /** A part that was not checked, or a fact to know. */
        NOTE;

        String label() {
            return switch (this) {
                case ERROR -> "error";
                case WARNING -> "warning";
                case NOTE -> "note";
            };
        }
    }

    /**
     * Returns the finding for a file that Envoy has accepted, in which a finding about the known API is only a note.
     */
    Finding acceptedByEnvoy() {
        return isOfApi ? new Finding(Level.NOTE, location, message + "; this Envoy accepts it", text, true) : this;
    }

    /** Returns the finding as compilers print it, followed by the indented text, without control characters. */
    @Override
    public String toString() {
        String head = Printable.of(location + ": " + level.label() + ": " + message);
        return text == null
                ? head
                : head + "\n"
                        + text.strip().indent(4).lines().map(Printable::of).collect(Collectors.joining("\n"));
    }
}
