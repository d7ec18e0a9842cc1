package io.policyengine.app;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.StoredGenerations;
import io.policyengine.testkit.conformance.CaseResult;
import io.policyengine.testkit.conformance.CaseVerdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

final class Reports {
    /** The number of characters shown of a hash, enough to distinguish ten generations. */
    private static final int SHORT_HASH = 12;

    private Reports() {}

    static void generations(PrintWriter out, StoredGenerations stored) {
        if (stored.snapshots().isEmpty()) {
            out.println("no generations");
            return;
        }
        long newest = stored.snapshots().getFirst().id();
        Table.print(
                out,
                List.of("ID", "TIME", "ORIGIN", "HASH", "FILES", ""),
                stored.snapshots().stream()
                        .map(snapshot -> List.of(
                                Long.toString(snapshot.id()),
                                snapshot.time().truncatedTo(ChronoUnit.SECONDS).toString(),
                                label(snapshot.origin()),
                                snapshot.hash().substring(0, SHORT_HASH),
                                Integer.toString(snapshot.texts().files().size()),
                                snapshot.id() == newest ? "newest" : ""))
                        .toList());
    }

    /** Prints the generations as one JSON object, in the shape of docs/reference/generations.json. */
    static void generationsAsJson(PrintWriter out, Path state, StoredGenerations stored) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("state", state.toString());
        ArrayNode generations = object.putArray("generations");
        for (Snapshot snapshot : stored.snapshots()) {
            ObjectNode generation = generations
                    .addObject()
                    .put("id", snapshot.id())
                    .put("time", snapshot.time().toString())
                    .put("origin", label(snapshot.origin()))
                    .put("hash", snapshot.hash())
                    .put("newest", generations.size() == 1);
            ArrayNode files = generation.putArray("files");
            snapshot.texts().files().keySet().forEach(files::add);
        }
        ArrayNode unusable = object.putArray("unusable");
        stored.unusable().forEach(one -> unusable.add(one.why()));
        out.println(object.toPrettyString());
    }

    private static String label(Origin origin) {
        return origin.name().toLowerCase(Locale.ROOT);
    }

    /** Prints the results of conformance cases and returns the exit code. */
    static int conformance(PrintWriter out, List<CaseResult> results, boolean json) {
        long failed = results.stream()
                .filter(result -> result.verdict() == CaseVerdict.FAIL)
                .count();
        if (json) {
            out.println(json(results).toPrettyString());
        } else {
            Table.print(
                    out,
                    List.of("CASE", "RESULT", "REQUIREMENT", "REASON"),
                    results.stream().map(Reports::row).toList());
            long passed = results.stream()
                    .filter(result -> result.verdict() == CaseVerdict.PASS)
                    .count();
            out.println(passed + " passed, " + failed + " failed, " + (results.size() - passed - failed)
                    + " not applicable");
        }
        return failed == 0 ? 0 : CommandFailure.FAILED;
    }

    private static List<String> row(CaseResult result) {
        return List.of(
                result.testCase().id(),
                result.verdict().text(),
                result.testCase().title(),
                result.reason());
    }

    private static ObjectNode json(List<CaseResult> results) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        var cases = object.putArray("cases");
        for (CaseResult result : results) {
            cases.addObject()
                    .put("id", result.testCase().id())
                    .put("title", result.testCase().title())
                    .put("needs", result.testCase().needs())
                    .put("result", result.verdict().text())
                    .put("reason", result.reason());
        }
        return object;
    }

    /** Prints policies sorted by family, then name, as a table or as one JSON object. */
    static void policies(PrintWriter out, List<DeclaredPolicy> policies, boolean json) {
        List<PolicyDescriptor> sorted = policies.stream()
                .map(DeclaredPolicy::descriptor)
                .sorted(Comparator.comparing(PolicyDescriptor::family).thenComparing(PolicyDescriptor::name))
                .toList();
        if (json) {
            out.println(policiesAsJson(sorted).toPrettyString());
            return;
        }
        List<List<String>> rows = sorted.stream()
                .map(policy -> List.of(
                        policy.family().code(),
                        policy.name(),
                        policy.version(),
                        String.join(", ", phases(policy)),
                        body(policy),
                        policy.description()))
                .toList();
        Table.print(out, List.of("FAMILY", "POLICY", "VERSION", "PHASES", "BODY", "DESCRIPTION"), rows);
    }

    private static ObjectNode policiesAsJson(List<PolicyDescriptor> policies) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode all = object.putArray("policies");
        for (PolicyDescriptor policy : policies) {
            ObjectNode one = all.addObject()
                    .put("family", policy.family().code())
                    .put("name", policy.name())
                    .put("version", policy.version())
                    .put("description", policy.description());
            ArrayNode phases = one.putArray("phases");
            phases(policy).forEach(phases::add);
            one.put("request_body", policy.requestBody().name().toLowerCase(Locale.ROOT))
                    .put("response_body", policy.responseBody().name().toLowerCase(Locale.ROOT));
        }
        return object;
    }

    private static List<String> phases(PolicyDescriptor policy) {
        return policy.phases().stream()
                .sorted()
                .map(phase -> phase.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String body(PolicyDescriptor policy) {
        return policy.requestBody() == BodyNeed.NONE && policy.responseBody() == BodyNeed.NONE ? "no" : "yes";
    }
}
