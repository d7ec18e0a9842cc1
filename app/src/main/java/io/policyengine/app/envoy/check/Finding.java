package io.policyengine.app.envoy.check;

import io.policyengine.app.admin.Printable;
import io.policyengine.core.error.Location;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A finding in an Envoy configuration.
 *
 * @param text YAML to add at the position, or null if there is none
 * @param doubt whether the finding is about the known version of Envoy's API, which may differ from that of the user's
 *     Envoy
 */
record Finding(
        Level level,
        Location location,
        String message,
        @Nullable String text,
        Doubt doubt) {
    Finding(Level level, Location location, String message, @Nullable String text) {
        this(level, location, message, text, Doubt.NONE);
    }

    /** The part of a finding that another version of Envoy's API can refute. */
    enum Doubt {
        /** The finding holds for every version of Envoy. */
        NONE,
        /** The known API has the field or the enumeration, but does not permit the value. */
        VALUE,
        /** The known API does not have the field or the name of a value, but a later one may. */
        UNKNOWN_NAME
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
        return doubt == Doubt.NONE ? this : note("; this Envoy accepts it");
    }

    /** Returns the finding for a file that no Envoy has validated, in which an unknown name is only a note. */
    Finding unjudged() {
        return doubt == Doubt.UNKNOWN_NAME
                ? note("; not known to the API of Envoy " + EnvoyApi.VERSION
                        + " that this check reads by: run it with an Envoy on the PATH to be sure")
                : this;
    }

    private Finding note(String remark) {
        return new Finding(Level.NOTE, location, message + remark, text, doubt);
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
