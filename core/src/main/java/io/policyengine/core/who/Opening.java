package io.policyengine.core.who;

import io.policyengine.core.policy.Phase;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A guarantee that some messages lack, with the ways in which these messages pass.
 *
 * @param guards the entries whose effect is missing; empty if the guarantee is an identity
 * @param ways the alternative ways
 * @param further alternatives that need more circumstances than a listed way, or other conditions; not for reports
 * @param isComplete whether {@code ways} has all alternatives; those with the fewest circumstances are kept
 */
public record Opening(
        Reach reach,
        Guarantee guarantee,
        List<Position> guards,
        List<Way> ways,
        List<Way> further,
        boolean isComplete) {
    /** The destinations of messages. */
    public enum Reach {
        /** Requests reach the upstream. */
        UPSTREAM,
        /** Responses of the upstream reach the client. */
        CLIENT,
        /** Stored responses reach the client. */
        FROM_MEMORY;

        private final String code = name().toLowerCase(Locale.ROOT);

        /** The destination as written in reports. */
        public String code() {
            return code;
        }
    }

    /** The position of an entry in the chains of a route. */
    public record Position(Phase phase, int entry) {}

    public Opening {
        guards = List.copyOf(guards);
        ways = List.copyOf(ways);
        further = List.copyOf(further);
    }

    /** Creates an opening whose known alternatives are all reported. */
    Opening(Reach reach, Guarantee guarantee, List<Position> guards, List<Way> ways, boolean isComplete) {
        this(reach, guarantee, guards, ways, List.of(), isComplete);
    }

    /** Returns the listed alternative that reports show for a known one. */
    Way reported(Way known) {
        return ways.stream().filter(known::includes).findFirst().orElse(known);
    }

    /** Returns all known alternatives, listed or not. */
    Stream<Way> known() {
        return Stream.concat(ways.stream(), further.stream());
    }
}
