package io.policyengine.benchmarks.policies;

import io.policyengine.policies.StandardPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures the cost of each policy, and writes the documentation page with the costs. */
public final class CostPage {
    private static final String BYTES = "gc.alloc.rate.norm";
    private static final String HEAD = """
            # What policies cost

            This page lists the processor time and memory that each policy itself takes for one message. The cost of
            Envoy, kernel, worker and chain comes in addition: see [performance](../performance.md).
            `scripts/benchmark-policies` writes this page. It runs each policy by JMH, on one thread, in the environment
            of a worker. `benchmarks/src/main/resources/policy-costs.yaml` has the parameters and messages. Other machines
            give other figures. The column *aim* has the project's targets for the machine of its own tests.

            | policy | what it does | µs | bytes allocated | aim, µs |
            |---|---|---|---|---|
            """;

    private static final String BODIES = """

            ## Long bodies

            This table lists the time that each policy takes for a body of 1 MiB, and for one event of a stream. The events
            are completions in the format of OpenAI. The body comes in chunks of 16 KiB if the policy reads chunks.
            Each event has one word, and is in a separate chunk. Body and events contain nothing that a policy looks for.

            | policy | content | ms per MiB | µs per event |
            |---|---|---|---|
            """;

    private CostPage() {}

    /**
     * Measures the rows of the table, and writes the page.
     *
     * @param arguments the page's path; optionally seconds of warm-up and of measurement per row, 5 by default
     */
    public static void main(String[] arguments) throws IOException, RunnerException {
        List<PolicyCost> rows = PolicyCost.all();
        List<String> missing = missing(rows);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("policy-costs.yaml has no row for " + missing);
        }
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        StringBuilder page = new StringBuilder(HEAD);
        Map<String, RunResult> single = measured(PolicyBenchmark.class, rows, seconds, false);
        rows.forEach(row -> page.append(line(row, found(single, row))));
        List<PolicyCost> longOnes =
                rows.stream().filter(row -> row.mebibyte() != null).toList();
        List<PolicyCost> streamed = rows.stream().filter(PolicyCost::events).toList();
        Map<String, RunResult> whole = measured(BodyBenchmark.class, longOnes, seconds, false);
        Map<String, RunResult> events = measured(BodyBenchmark.class, streamed, seconds, true);
        page.append(BODIES);
        rows.stream()
                .filter(row -> row.mebibyte() != null || row.events())
                .forEach(row -> page.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %s |%n",
                        link(row),
                        row.mebibyte() == null
                                ? ""
                                : row.mebibyte().contentType().replaceFirst(";.*", ""),
                        row.mebibyte() == null
                                ? ""
                                : String.format(Locale.ROOT, "%.1f", score(found(whole, row)) / 1000),
                        row.events()
                                ? String.format(Locale.ROOT, "%.1f", score(found(events, row)) / SampleBody.EVENTS)
                                : "")));
        Files.writeString(Path.of(arguments[0]), page);
    }

    private static Map<String, RunResult> measured(
            Class<?> benchmark, List<PolicyCost> rows, int seconds, boolean events) throws RunnerException {
        if (rows.isEmpty()) {
            return Map.of();
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmark.getName() + "\\.")
                .param("row", rows.stream().map(PolicyCost::name).toArray(String[]::new))
                .forks(1)
                .warmupIterations(seconds)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(seconds)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
        if (benchmark.equals(BodyBenchmark.class)) {
            options.param("events", Boolean.toString(events));
        }
        Map<String, RunResult> byRow = new HashMap<>();
        new Runner(options.build())
                .run()
                .forEach(result -> byRow.put(result.getParams().getParam("row"), result));
        return byRow;
    }

    private static RunResult found(Map<String, RunResult> results, PolicyCost row) {
        RunResult result = results.get(row.name());
        if (result == null) {
            throw new IllegalStateException("no result for " + row.name());
        }
        return result;
    }

    private static double score(RunResult result) {
        return result.getPrimaryResult().getScore();
    }

    private static String link(PolicyCost row) {
        return row.name().replaceFirst(row.policy(), "[`" + row.policy() + "`](" + row.policy() + ".md)");
    }

    static List<String> missing(List<PolicyCost> rows) {
        Set<String> measured = rows.stream().map(PolicyCost::policy).collect(Collectors.toCollection(HashSet::new));
        return StandardPolicies.all().stream()
                .map(policy -> policy.descriptor().name())
                .filter(name -> !measured.contains(name))
                .toList();
    }

    private static String line(PolicyCost row, RunResult result) {
        Result<?> bytes = result.getSecondaryResults().get(BYTES);
        Double aim = row.aim();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.0f | %s |%n",
                link(row),
                row.does(),
                score(result),
                bytes == null ? Double.NaN : bytes.getScore(),
                aim == null ? "" : String.valueOf(aim).replaceFirst("\\.0$", ""));
    }
}
