package io.policyengine.app.demo;

import java.util.List;

/**
 * The outcome of a request for Server-Sent Events.
 *
 * @param arrivals in their order
 */
record EventOutcome(int status, List<Arrival> arrivals) {
    /**
     * A line that the client got.
     *
     * @param nanos when, of {@link System#nanoTime}
     */
    record Arrival(String line, long nanos) {}

    List<String> lines() {
        return arrivals.stream().map(Arrival::line).toList();
    }

    /** True if the first line came before this time, of {@link System#nanoTime}. */
    boolean beginsBefore(long nanos) {
        return !arrivals.isEmpty() && arrivals.getFirst().nanos() - nanos < 0;
    }
}
