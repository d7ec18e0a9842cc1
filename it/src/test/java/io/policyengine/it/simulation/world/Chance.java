package io.policyengine.it.simulation.world;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers of a seed. Each matter has a stream of its own, so that one more draw here changes nothing there. */
public record Chance(long seed) {
    /** The numbers of a matter. */
    public RandomGenerator of(String matter) {
        return new SplittableRandom(seed * 1_000_003 + matter.hashCode());
    }
}
