package io.policyengine.e2e.attack;

import java.util.List;
import java.util.stream.Stream;

/**
 * One attack.
 *
 * @param name as in docs/security/attacks.md
 * @param onBoth true if the short form makes it behind each version of Envoy, and not only behind the first
 */
record Attack(String name, boolean onBoth, Assault assault) {
    /** What the attackers do, until it has been done for long enough; gives back what it has opened. */
    interface Assault {
        /** The number of refusals that did not come by way of Envoy, which counts its own. */
        long on(Target target) throws Exception;
    }

    static Attack of(String name, Assault assault) {
        return new Attack(name, false, assault);
    }

    static Attack onBoth(String name, Assault assault) {
        return new Attack(name, true, assault);
    }

    /** All of them, by what is attacked. */
    static List<Attack> all() {
        return Stream.of(
                        HeaderAttacks.all(),
                        BodyAttacks.all(),
                        CodingAttacks.all(),
                        ConnectionAttacks.all(),
                        UpstreamAttacks.all(),
                        EnginePortAttacks.all(),
                        StreamAttacks.all(),
                        AdminAttacks.all(),
                        FileAttacks.all(),
                        WorkerAttacks.all())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
