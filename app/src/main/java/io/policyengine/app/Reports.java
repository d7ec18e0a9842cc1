package io.policyengine.app;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
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
