package io.policyengine.e2e.attack;

import java.util.List;
import java.util.stream.Stream;

/**
 * One attack.
 *
 * @param name as in docs/security/attacks.md
 * @param byEnvoy true if what clients send in it is all sent to Envoy, so that it can be sent to one without an engine, too
 * @param onBoth true if the short form makes it behind each version of Envoy, and not only behind the first
 */
record Attack(String name, boolean byEnvoy, boolean onBoth, Assault assault) {
    /** What the attackers do, until it has been done for long enough; gives back what it has opened. */
    interface Assault {
        /** The number of refusals that did not come by way of Envoy, which counts its own. */
        long on(Target target) throws Exception;
    }

    static Attack of(String name, Assault assault) {
        return new Attack(name, false, false, assault);
    }

    static Attack onBoth(String name, Assault assault) {
        return new Attack(name, false, true, assault);
    }

    /** All of them, by what is attacked. */
    static List<Attack> all() {
        Stream<List<Attack>> byEnvoy = Stream.of(
                HeaderAttacks.all(),
                BodyAttacks.all(),
                CodingAttacks.all(),
                ConnectionAttacks.all(),
                UpstreamAttacks.all());
        Stream<List<Attack>> others = Stream.of(
                EnginePortAttacks.all(),
                StreamAttacks.all(),
                AdminAttacks.all(),
                FileAttacks.all(),
                WorkerAttacks.all());
        return Stream.concat(byEnvoy.flatMap(List::stream).map(Attack::sentToEnvoy), others.flatMap(List::stream))
                .toList();
    }

    /** The same one, if what clients send in it is all sent to Envoy. */
    Attack sentToEnvoy() {
        return new Attack(name, true, onBoth, assault);
    }

    @Override
    public String toString() {
        return name;
    }
}
