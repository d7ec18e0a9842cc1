package io.policyengine.benchmarks.policies;

import io.policyengine.policies.StandardPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures what each policy takes, and writes the page that says so. */
public final class CostPage {
    private static final String BYTES = "gc.alloc.rate.norm";
    private static final String HEAD = """
            # What policies cost

            Processor time and memory that a policy takes for one message, in its own code: without Envoy, the kernel, the worker
            and the chain, which [performance](../performance.md) measures. This page is written by `scripts/benchmark-policies`
            (JMH, one thread, the environment of a worker); `benchmarks/src/main/resources/policy-costs.yaml` has the parameters
            and messages. Figures of another machine differ; aims are for the machine of the project's tests.

            | policy | what it does | µs | bytes allocated | aim, µs |
            |---|---|---|---|---|
            """;

    private CostPage() {}

    /**
     * Measures the rows, and writes the page.
     *
     * @param arguments the page; optionally seconds of warm-up and measurement for each row, 5 if there are none
     */
    public static void main(String[] arguments) throws IOException, RunnerException {
        List<PolicyCost> rows = PolicyCost.all();
        requireAll(rows);
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(PolicyBenchmark.class.getName() + "\\.")
                        .param("row", rows.stream().map(PolicyCost::name).toArray(String[]::new))
                        .forks(1)
                        .warmupIterations(seconds)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(seconds)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, RunResult> byRow = new HashMap<>();
        results.forEach(result -> byRow.put(result.getParams().getParam("row"), result));
        List<String> lines = new ArrayList<>();
        for (PolicyCost row : rows) {
            RunResult result = byRow.get(row.name());
            if (result == null) {
                throw new IllegalStateException("no result for " + row.name());
            }
            lines.add(line(row, result));
        }
        Files.writeString(Path.of(arguments[0]), HEAD + String.join("", lines));
    }

    private static void requireAll(List<PolicyCost> rows) {
        Set<String> measured = rows.stream().map(PolicyCost::policy).collect(Collectors.toCollection(HashSet::new));
        List<String> missing = StandardPolicies.all().stream()
                .map(policy -> policy.descriptor().name())
                .filter(name -> !measured.contains(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("policy-costs.yaml has no row for " + missing);
        }
    }

    private static String line(PolicyCost row, RunResult result) {
        Result<?> bytes = result.getSecondaryResults().get(BYTES);
        Double aim = row.aim();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.0f | %s |%n",
                row.name().replaceFirst(row.policy(), "[`" + row.policy() + "`](" + row.policy() + ".md)"),
                row.does(),
                result.getPrimaryResult().getScore(),
                bytes == null ? Double.NaN : bytes.getScore(),
                aim == null ? "" : String.valueOf(aim).replaceFirst("\\.0$", ""));
    }
}
