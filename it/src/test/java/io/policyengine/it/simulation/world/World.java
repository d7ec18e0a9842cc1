package io.policyengine.it.simulation.world;

import io.policyengine.core.error.Location;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The configurations of a seed: one that the kernel starts with, and those that it is given later. */
public final class World {
    /** The route that Envoy names. */
    public static final String ROUTE = "route";

    /** The names of the workers. */
    public static final List<String> WORKERS = List.of("alpha", "beta");

    private static final int MAX_RELOADS = 3;

    static final Location NOWHERE = Location.ofFile("simulation.yaml");

    private World() {}

    /**
     * In half of the seeds there is but one.
     *
     * @param withTrailers whether there are policies that look at trailers
     */
    public static List<Configuration> draw(Chance chance, boolean withTrailers) {
        RandomGenerator random = chance.of("configurations");
        int reloads = Math.max(0, random.nextInt(2 * MAX_RELOADS) - MAX_RELOADS + 1);
        List<Configuration> drawn = new ArrayList<>();
        for (int number = 1; number <= 1 + reloads; number++) {
            drawn.add(draw(number, drawn, withTrailers, random));
        }
        return List.copyOf(drawn);
    }

    private static Configuration draw(
            int number, List<Configuration> before, boolean withTrailers, RandomGenerator random) {
        return new Configuration(
                number,
                !before.isEmpty() && random.nextInt(3) > 0 ? before.getLast().settings() : Settings.draw(random),
                chain(
                        number,
                        before,
                        Configuration::request,
                        Phase.REQUEST,
                        random.nextInt(1, 6),
                        withTrailers,
                        random),
                chain(
                        number,
                        before,
                        Configuration::response,
                        Phase.RESPONSE,
                        random.nextInt(0, 4),
                        withTrailers,
                        random),
                before.isEmpty() || random.nextInt(6) > 0);
    }

    /** A new one, or that of an earlier configuration: the last, or one that is gone again or going. */
    private static Chain chain(
            int number,
            List<Configuration> before,
            Function<Configuration, Chain> direction,
            Phase phase,
            int length,
            boolean withTrailers,
            RandomGenerator random) {
        if (before.isEmpty() || random.nextInt(3) > 0) {
            return Chain.draw(number, phase, length, withTrailers, random);
        }
        return direction.apply(before.get(random.nextInt(before.size())));
    }
}
