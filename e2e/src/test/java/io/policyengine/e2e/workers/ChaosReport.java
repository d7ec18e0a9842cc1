package io.policyengine.e2e.workers;

import io.policyengine.e2e.workers.Chaos.Event;
import io.policyengine.e2e.workers.StampedLoad.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What blows did to requests.
 *
 * @param afterwards how long after a blow requests may still fail of it: the time limit of a call and one health interval
 */
record ChaosReport(List<Event> events, List<Outcome> outcomes, Duration afterwards) {
    /** Requests that were denied although no replica had been hit in their time or shortly before. */
    List<Outcome> stray() {
        return outcomes.stream()
                .filter(outcome -> outcome.status() != 200)
                .filter(outcome -> events.stream()
                        .noneMatch(event -> event.begun() <= outcome.ended()
                                && outcome.begun() <= event.ended() + afterwards.toNanos()))
                .toList();
    }

    /** The most time from the moment at which every worker had a replica that serves again to the first request that passed. */
    Duration longestRecovery() {
        long longest = 0;
        for (Outage outage : outages()) {
            for (Outcome outcome : outcomes) {
                if (outcome.status() == 200 && outcome.ended() >= outage.to()) {
                    longest = Math.max(longest, outcome.ended() - outage.to());
                    break;
                }
            }
        }
        return Duration.ofNanos(longest);
    }

    /** A time in which a worker had no replica. */
    private record Outage(long from, long to) {}

    /** All that were not followed by another before the worker can have been noticed. */
    private List<Outage> outages() {
        List<Outage> all = new ArrayList<>();
        for (Event event : events) {
            for (Event other : events) {
                if (event.begun() <= other.begun() && isOtherReplicaOfTheSameWorker(event, other)) {
                    all.add(new Outage(other.begun(), Math.min(event.ended(), other.ended())));
                }
            }
        }
        return all.stream()
                .filter(outage -> all.stream()
                        .noneMatch(
                                next -> next.from() <= outage.to() + afterwards.toNanos() && next.to() > outage.to()))
                .toList();
    }

    private static boolean isOtherReplicaOfTheSameWorker(Event event, Event other) {
        return other.replica().worker().equals(event.replica().worker())
                && !other.replica().equals(event.replica())
                && other.begun() < event.ended()
                && event.begun() < other.ended();
    }

    /** How often each status came. */
    Map<Integer, Long> statuses() {
        return outcomes.stream().collect(Collectors.groupingBy(Outcome::status, TreeMap::new, Collectors.counting()));
    }

    /** A table for people. */
    String table(int violations) {
        String blows = events.stream()
                .collect(Collectors.groupingBy(
                        event -> event.replica().worker() + " " + event.blow(), TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .collect(Collectors.joining(", "));
        String counts = statuses().entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
        return """
                blows: %s
                requests: %d (%s)
                violations: %d
                denied outside of the affected windows: %d
                outages of a worker: %d
                longest recovery: %d ms""".formatted(
                        blows,
                        outcomes.size(),
                        counts,
                        violations,
                        stray().size(),
                        outages().size(),
                        longestRecovery().toMillis());
    }
}
