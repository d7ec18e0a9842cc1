package io.policyengine.app;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.testkit.conformance.CaseResult;
import io.policyengine.testkit.conformance.Verdict;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What commands print. */
final class Reports {
    private Reports() {}

    /** What validating found out; the result is the exit code. */
    static int validation(PrintWriter out, Conf conf, ConfCheck.Report report, boolean json) {
        if (json) {
            out.println(json(report).toPrettyString());
        } else {
            report.problems().forEach(out::println);
            out.println(conf.directory() + ": " + summary(report));
        }
        return report.errors() == 0 ? 0 : CommandFailure.FAILED;
    }

    private static String summary(ConfCheck.Report report) {
        long warnings = report.problems().size() - report.errors();
        String found = count(report.errors(), "error") + ", " + count(warnings, "warning");
        return report.errors() > 0
                ? found
                : "valid, " + count(report.routes(), "route policy").replace("policys", "policies") + " with "
                        + count(report.entries(), "chain entry").replace("entrys", "entries") + ", "
                        + count(warnings, "warning");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static ObjectNode json(ConfCheck.Report report) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("valid", report.errors() == 0);
        var problems = object.putArray("problems");
        for (Problem problem : report.problems()) {
            problems.addObject()
                    .put("file", problem.location().file())
                    .put("line", problem.location().line())
                    .put("column", problem.location().column())
                    .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                    .put("message", problem.message());
        }
        return object;
    }

    /** What became of the cases of the conformance suite; the result is the exit code. */
    static int conformance(PrintWriter out, List<CaseResult> results, boolean json) {
        long failed = results.stream()
                .filter(result -> result.verdict() == Verdict.FAIL)
                .count();
        if (json) {
            out.println(json(results).toPrettyString());
        } else {
            Table.print(
                    out,
                    List.of("CASE", "RESULT", "WHAT HOLDS", "WHY NOT"),
                    results.stream().map(Reports::row).toList());
            long passed = results.stream()
                    .filter(result -> result.verdict() == Verdict.PASS)
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

    /** A table of policies. */
    static void policies(PrintWriter out, List<DeclaredPolicy> policies) {
        List<List<String>> rows = policies.stream()
                .map(DeclaredPolicy::descriptor)
                .map(policy ->
                        List.of(policy.name(), policy.version(), phases(policy), body(policy), policy.description()))
                .toList();
        Table.print(out, List.of("POLICY", "VERSION", "PHASES", "BODY", "DESCRIPTION"), rows);
    }

    private static String phases(PolicyDescriptor policy) {
        return policy.phases().stream()
                .sorted()
                .map(phase -> phase.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String body(PolicyDescriptor policy) {
        return policy.requestBody() == BodyNeed.NONE && policy.responseBody() == BodyNeed.NONE ? "no" : "yes";
    }
}
