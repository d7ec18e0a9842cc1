package io.policyengine.admin.view;

import io.policyengine.core.config.ObservabilityConfig.RouteLabel;
import io.policyengine.core.metrics.Distribution;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.recorder.ChainPart;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Live figures: the values of the process's meters. */
@Doc(
        "The figures of the meters that `/metrics` shows, since the process started. Rates are differences between two answers.")
public record StatsView(
        @Doc("Time of the figures in milliseconds, from an arbitrary origin: only differences are meaningful.")
        long atMs,

        @Doc("The generation that new exchanges use.") long generation,
        @Doc("Exchanges by outcome.") SortedMap<String, Long> exchanges,

        @Doc("Gauges: `open_exchanges`, `buffered_bytes` and their maxima `max_…`, `stuck_loops`.")
        SortedMap<String, Long> gauges,

        @Doc("Delay of tasks on the event loops.") Durations loopLag,

        @Doc("The names under which routes are counted: `full`: their own names; `group`: names of groups; "
                + "`none`: one name for all.")
        RouteLabel routeLabel,

        @Doc("Routes, a page of them.") Routes routes,
        @Doc("Workers by name.") List<Worker> workers,

        @Doc("Policies by name.") List<Policy> policies,

        @Doc("Entries of the chains of the route in the query, counted only while figures are queried.") @Nullable
        List<Entry> entries,

        @Doc("Time for which entries have been counted, in milliseconds: since queries of figures began, or since the"
                + " generation came into force.")
        @Nullable
        Long entriesMs,

        @Doc("Figures of the last five minutes, oldest first, if the query asks for them.") @Nullable
        List<Moment> history) {
    /** The figures of the whole engine at an earlier time. */
    @Doc("Figures at an earlier time.")
    public record Moment(
            @Doc("Time in milliseconds, from the origin of `at_ms`.")
            long atMs,

            @Doc("Exchanges by outcome since the process started.")
            SortedMap<String, Long> exchanges,

            @Doc("Durations of worker calls since the previous moment; null if there were none, or if too many routes"
                    + " are counted.")
            @Nullable
            Quantiles calls,

            @Doc("Delays of tasks on the event loops since the previous moment; null if there were none.") @Nullable
            Quantiles loopLag) {}

    /** The median and the 99th percentile of a measured duration. */
    @Doc("Quantiles of a duration.")
    public record Quantiles(
            @Doc("Median in milliseconds.") double p50Ms,

            @Doc("99th percentile in milliseconds.") double p99Ms) {
        /** Returns the quantiles, or null if the distribution is empty. */
        public static @Nullable Quantiles of(Distribution seen) {
            return seen.buckets().isEmpty()
                    ? null
                    : new Quantiles(Durations.rounded(seen.quantile(0.5)), Durations.rounded(seen.quantile(0.99)));
        }
    }

    /** The distribution of a measured duration. */
    @Doc("Durations. The difference of two answers' buckets gives the quantiles of the time between.")
    public record Durations(
            @Doc("Number.") long count,
            @Doc("Sum in milliseconds.") double sumMs,
            @Doc("Median in milliseconds.") double p50Ms,

            @Doc("99th percentile in milliseconds.") double p99Ms,

            @Doc("Upper bounds of buckets in milliseconds; empty buckets are left out.")
            List<Double> boundsMs,

            @Doc("The number in each bucket.") List<Long> counts) {
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

        /** Converts seconds to milliseconds, rounded to nanoseconds. */
        private static double rounded(double seconds) {
            return Math.round(seconds * 1e9) / 1e6;
        }
    }

    /** The numbers of exchanges, denials and failures of a route, worker or policy within a recent period. */
    @Doc("Recent numbers.")
    public record Recent(
            @Doc("Exchanges that ended.") long exchanges,

            @Doc("Denials: worker calls, and exchanges without worker calls, that ended with a denial.")
            long denied,

            @Doc("Failures: worker calls, and exchanges without worker calls, that failed.")
            long failed) {}

    /** A page of routes with live figures. */
    @Doc("A page of routes.")
    public record Routes(
            @Doc("Number of routes, and of other names with figures.")
            int total,

            @Doc("Number of matching routes.") int matching,

            @Doc("Number of matching routes before the first item.")
            int offset,

            @Doc("Period of `recent` in milliseconds: between 30 and 60 s if figures were queried before, "
                    + "else the time since the start.")
            long recentMs,

            @Doc("The page.") List<Route> items) {}

    /** The live figures of a route. */
    @Doc("A route, or another value of the label `route` of metrics.")
    public record Route(
            @Doc("The name.") String name,

            @Doc("The route policy; absent if no route policy has this name.") @Nullable
            RouteView route,

            @Doc("Exchanges that ended.") long exchanges,

            @Doc("Worker calls, and exchanges without worker calls, by result.")
            SortedMap<String, Long> verdicts,

            @Doc("Recent numbers.") Recent recent,

            @Doc("Durations of the chains of a phase.") Durations durations) {}

    /** The live figures of a worker. */
    @Doc("A worker.")
    public record Worker(
            @Doc("The name.") String name,
            @Doc("Calls by result.") SortedMap<String, Long> verdicts,
            @Doc("Open calls.") long inFlight,
            @Doc("Durations of calls.") Durations durations) {}

    /** The live figures of a policy. */
    @Doc("A policy.")
    public record Policy(
            @Doc("The name.") String name,
            @Doc("Runs by result.") SortedMap<String, Long> verdicts,
            @Doc("Durations of runs.") Durations durations,

            @Doc("True if the policy runs in this process, so that its meters are shown; false if it runs in other"
                    + " processes, whose answers are counted only while figures are queried.")
            boolean metered) {}

    /** The live figures of a chain entry. */
    @Doc("An entry of a chain.")
    public record Entry(
            @Doc("The part of the chains.") ChainPart part,
            @Doc("The entry's name in the flow.") String entry,
            @Doc("The policy.") String policy,

            @Doc("The number of exchanges for each result of the entry.")
            SortedMap<String, Long> verdicts) {}
}
