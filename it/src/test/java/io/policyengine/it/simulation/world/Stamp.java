package io.policyengine.it.simulation.world;

import io.policyengine.core.policy.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of a chain leaves on the messages that it lets pass.
 *
 * @param version of the chain: the number of the configuration that first had it
 * @param index in the chain
 */
public record Stamp(int version, Phase phase, int index) {
    /** The header field that gathers the stamps of a request chain. */
    public static final String REQUEST_TRAIL = "x-request-trail";

    /** The header field that gathers the stamps of a response chain. */
    public static final String RESPONSE_TRAIL = "x-response-trail";

    /** The field of trailers that gathers the stamps of the chain whose message they end. */
    public static final String TRAILERS_TRAIL = "x-trailers-trail";

    /** Reads one. */
    public static Stamp parse(String text) {
        String[] parts = text.split("\\.", -1);
        return new Stamp(
                Integer.parseInt(parts[0]),
                Phase.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                Integer.parseInt(parts[2]));
    }

    /** The stamps on a message, in order. */
    public static List<Stamp> trail(@Nullable String field) {
        return field == null || field.isEmpty()
                ? List.of()
                : Arrays.stream(field.split(",", -1)).map(Stamp::parse).toList();
    }

    /** The field's value with one more stamp. */
    public String after(@Nullable String field) {
        return field == null ? toString() : field + "," + this;
    }

    @Override
    public String toString() {
        return version + "." + phase.name().toLowerCase(Locale.ROOT) + "." + index;
    }
}
