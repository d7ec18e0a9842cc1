package io.policyengine.admin.view;

import io.policyengine.core.config.ObservabilityConfig.RouteLabel;
import io.policyengine.core.metrics.Distribution;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.recorder.ChainPart;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The figures of the meters. */
@Doc(
        "The figures of the meters that `/metrics` shows, since the process started. Rates are differences between two answers.")
public record StatsView(
        @Doc("Time of the figures in milliseconds, for differences: it has no meaning of its own.")
        long atMs,

        @Doc("The generation that new exchanges use.") long generation,
        @Doc("Exchanges by how they ended.") SortedMap<String, Long> exchanges,

        @Doc("Gauges: `open_exchanges`, `buffered_bytes` and their maxima `max_…`, `stuck_loops`.")
        SortedMap<String, Long> gauges,

        @Doc("Time until event loops did what they were asked to.")
        Durations loopLag,

        @Doc("Meaning of the names of routes here: `full` names of routes, `group` names of groups, `none` all.")
        RouteLabel routeLabel,

        @Doc("Routes, a page of them.") Routes routes,
        @Doc("Workers by name.") List<Worker> workers,

        @Doc("Policies by name.") List<Policy> policies,

        @Doc("Entries of the chains of the route that the query names, since somebody looks.") @Nullable
        List<Entry> entries) {
    /** Durations. */
    @Doc("Durations. Differences of buckets give the quantiles of a time.")
    public record Durations(
            @Doc("Number.") long count,
            @Doc("Sum in milliseconds.") double sumMs,
            @Doc("Median in milliseconds.") double p50Ms,

            @Doc("Duration in milliseconds below which 99 % are.")
            double p99Ms,

            @Doc("Upper bounds of buckets in milliseconds; empty buckets are left out.")
            List<Double> boundsMs,

            @Doc("The number in each bucket.") List<Long> counts) {
        /** The view of a distribution. */
        public static Durations of(Distribution seen) {
            List<Double> bounds = new ArrayList<>(seen.buckets().size());
            seen.buckets().keySet().forEach(bound -> bounds.add(rounded(bound)));
            return new Durations(
                    seen.count(),
                    rounded(seen.sum()),
                    rounded(seen.quantile(0.5)),
                    rounded(seen.quantile(0.99)),
                    bounds,
                    List.copyOf(seen.buckets().values()));
        }

        /** Seconds as milliseconds, to a millionth of their size where that is shorter. */
        private static double rounded(double seconds) {
            return Math.round(seconds * 1e9) / 1e6;
        }
    }

    /** Numbers within a time. */
    @Doc("Numbers of the last time.")
    public record Recent(
            @Doc("Exchanges that ended.") long exchanges,

            @Doc("Worker calls, and exchanges without any, that ended by a denial.")
            long denied,

            @Doc("Worker calls, and exchanges without any, that failed.")
            long failed) {}

    /** A page of routes. */
    @Doc("A page of routes.")
    public record Routes(
            @Doc("Number of routes, and of other names with figures.")
            int total,

            @Doc("Number of those that the query wants.") int matching,
            @Doc("The place of the first in the order.") int offset,

            @Doc("The time that `recent` is about, in milliseconds; it is between 30 and 60 s if figures were asked "
                    + "for before, and else that since the start.")
            long recentMs,

            @Doc("The page.") List<Route> items) {}

    /** A route. */
    @Doc("A route, or what else the label `route` of metrics names.")
    public record Route(
            @Doc("The name.") String name,

            @Doc("The route policy; absent if the name is none's.") @Nullable
            RouteView route,

            @Doc("Exchanges that ended.") long exchanges,

            @Doc("Worker calls, and exchanges without any, by how they ended.")
            SortedMap<String, Long> verdicts,

            @Doc("The last time.") Recent recent,

            @Doc("Durations of the chains of a phase.") Durations durations) {}

    /** A worker. */
    @Doc("A worker.")
    public record Worker(
            @Doc("The name.") String name,
            @Doc("Calls by how they ended.") SortedMap<String, Long> verdicts,
            @Doc("Calls under way.") long inFlight,
            @Doc("Durations of calls.") Durations durations) {}

    /** A policy. */
    @Doc("A policy.")
    public record Policy(
            @Doc("The name.") String name,
            @Doc("Runs by how they ended.") SortedMap<String, Long> verdicts,
            @Doc("Durations of runs.") Durations durations,

            @Doc(
                    "True if it runs in this process, whose meters are shown; false if it runs in workers elsewhere, whose "
                            + "answers tell of it while somebody looks.")
            boolean metered) {}

    /** An entry of a chain. */
    @Doc("An entry of a chain.")
    public record Entry(
            @Doc("The part of the chains.") ChainPart part,
            @Doc("Its name in the flow.") String entry,
            @Doc("The policy.") String policy,

            @Doc("The numbers of exchanges in which it had each verdict.")
            SortedMap<String, Long> verdicts) {}
}
