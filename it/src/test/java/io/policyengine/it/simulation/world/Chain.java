package io.policyengine.it.simulation.world;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The chain of one direction. Configurations may share one.
 *
 * @param version the number of the configuration that first had it
 */
public record Chain(int version, Phase phase, List<Entry> entries) {
    /**
     * One of so many entries.
     *
     * @param withTrailers whether some of them look at trailers
     */
    static Chain draw(int version, Phase phase, int length, boolean withTrailers, RandomGenerator random) {
        // The policy that counts works on requests, and each chain has it once at most.
        int counting = phase == Phase.REQUEST && random.nextInt(3) == 0 ? random.nextInt(length) : -1;
        int reading = phase == Phase.REQUEST && random.nextInt(3) == 0 ? random.nextInt(length) : -1;
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            boolean reads = i == reading && i != counting;
            entries.add(new Entry(
                    new Stamp(version, phase, i),
                    World.WORKERS.get(random.nextInt(World.WORKERS.size())),
                    i == counting ? random.nextInt(1, 4) : 0,
                    reads,
                    withTrailers && !reads && i != counting && random.nextBoolean(),
                    onFailure(random),
                    random.nextInt(3) == 0 ? Duration.ofMillis(60) : null,
                    random.nextInt(6) == 0,
                    random.nextInt(10) == 0 && !reads));
        }
        return new Chain(version, phase, List.copyOf(entries));
    }

    /** The entry from which on the body is there; the length of the chain if none looks at it. */
    public int firstReader() {
        for (Entry entry : entries) {
            if (entry.reads()) {
                return entry.index();
            }
        }
        return entries.size();
    }

    private static @Nullable OnFailure onFailure(RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0 -> OnFailure.DENY;
            case 1 -> OnFailure.SKIP_REMAINING;
            case 2 -> OnFailure.CONTINUE;
            default -> null;
        };
    }
}
