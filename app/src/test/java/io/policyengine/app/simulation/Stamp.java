package io.policyengine.app.simulation;

import io.policyengine.core.policy.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of a chain leaves on the messages that it lets pass.
 *
 * @param generation of the configuration that the entry is written in
 * @param index in the chain of its phase
 */
record Stamp(int generation, Phase phase, int index) {
    /** The header field that gathers the stamps of a request chain. */
    static final String REQUEST_TRAIL = "x-request-trail";

    /** The header field that gathers the stamps of a response chain. */
    static final String RESPONSE_TRAIL = "x-response-trail";

    static String trailOf(Phase phase) {
        return phase == Phase.REQUEST ? REQUEST_TRAIL : RESPONSE_TRAIL;
    }

    static Stamp parse(String text) {
        String[] parts = text.split("\\.", -1);
        return new Stamp(
                Integer.parseInt(parts[0]),
                Phase.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                Integer.parseInt(parts[2]));
    }

    /** The stamps on a message, in order. */
    static List<Stamp> trail(@Nullable String field) {
        return field == null || field.isEmpty()
                ? List.of()
                : Arrays.stream(field.split(",", -1)).map(Stamp::parse).toList();
    }

    /** The field's value with one more stamp. */
    String after(@Nullable String field) {
        return field == null ? toString() : field + "," + this;
    }

    @Override
    public String toString() {
        return generation + "." + phase.name().toLowerCase(Locale.ROOT) + "." + index;
    }
}
