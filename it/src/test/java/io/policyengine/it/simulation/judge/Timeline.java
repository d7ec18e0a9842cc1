package io.policyengine.it.simulation.judge;

import io.policyengine.it.simulation.world.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which configuration was current when. */
public final class Timeline {
    private final List<Activation> activations = new ArrayList<>();

    private record Activation(Configuration configuration, long atNanos) {}

    /** From now on it is current. */
    public void activated(Configuration configuration, long now) {
        activations.add(new Activation(configuration, now));
    }

    /** The one that is current. */
    public Configuration current() {
        return activations.getLast().configuration();
    }

    /** All that were current. */
    Stream<Configuration> all() {
        return activations.stream().map(Activation::configuration);
    }

    /** Whether another configuration became current between these moments. */
    boolean hasChanged(long from, long to) {
        return activations.stream().anyMatch(each -> each.atNanos() > from && each.atNanos() <= to);
    }

    /** Those that were current between these moments. */
    List<Configuration> between(long from, long to) {
        List<Configuration> found = new ArrayList<>();
        for (int i = 0; i < activations.size(); i++) {
            boolean isLast = i == activations.size() - 1;
            boolean endsBefore = !isLast && activations.get(i + 1).atNanos() < from;
            if (!endsBefore && activations.get(i).atNanos() <= to) {
                found.add(activations.get(i).configuration());
            }
        }
        return found.stream().distinct().toList();
    }
}
