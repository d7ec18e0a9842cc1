package io.policyengine.it.simulation;

import io.policyengine.core.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The history of a seed, for people. Written only where it is asked for: a seed that fails is run again with it. */
final class Journal {
    private final Ticker ticker;
    private final long began;
    private final boolean wanted;
    private final List<String> lines = new ArrayList<>();

    Journal(Ticker ticker, boolean wanted) {
        this.ticker = ticker;
        this.began = ticker.nanoTime();
        this.wanted = wanted;
    }

    /** Notes what happens now. */
    void note(Supplier<String> event) {
        if (wanted) {
            lines.add("%10.3f ms  %s".formatted((ticker.nanoTime() - began) / 1e6, event.get()));
        }
    }

    List<String> lines() {
        return lines;
    }
}
