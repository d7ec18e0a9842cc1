package io.policyengine.app;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Problem;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The output of {@code validate}. */
final class ValidationReport {
    private ValidationReport() {}

    /** Maximum number of routes whose response flow is printed. */
    private static final int MAX_NOTES = 20;

    /**
     * Prints one line for each problem, formatted like a compiler's errors, and a summary line. If there is no error,
     * also prints the order of those response flows that include entries of the request flow.
     */
    static void print(PrintWriter out, Conf conf, ConfCheck.Report report, boolean strict) {
        report.problems().forEach(out::println);
        if (report.errors() == 0) {
            report.config().routes().stream()
                    .filter(route -> route.responseFlow().chain().stream().anyMatch(EntryConfig::inBothPhases))
                    .limit(MAX_NOTES)
                    .forEach(route -> out.println(conf.placed(route.location()) + ": note: " + responseFlow(route)));
        }
        String warnings = count(report.warnings(), "warning", "warnings");
        out.println(conf.directory() + ": "
                + (report.isValid(strict)
                        ? "valid, " + count(report.routes(), "route policy", "route policies") + " with "
                                + count(report.entries(), "chain entry", "chain entries") + ", " + warnings
                        : count(report.errors(), "error", "errors") + ", " + warnings));
    }

    private static String responseFlow(RouteConfig route) {
        return "the response flow of '" + route.routeName() + "' is "
                + route.responseFlow().chain().stream()
                        .map(entry -> entry.name() + (entry.inBothPhases() ? " (phases: both)" : ""))
                        .collect(Collectors.joining(", "));
    }

    private static String count(long number, String one, String more) {
        return number + " " + (number == 1 ? one : more);
    }

    /** Prints the report as one JSON object, in the shape of docs/reference/validate.json. */
    static void printJson(PrintWriter out, ConfCheck.Report report, boolean strict) {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("valid", report.isValid(strict))
                .put("errors", report.errors())
                .put("warnings", report.warnings())
                .put("route_policies", report.routes())
                .put("chain_entries", report.entries());
        var problems = object.putArray("problems");
        for (Problem problem : report.problems()) {
            problems.addObject()
                    .put("file", problem.location().file())
                    .put("line", problem.location().line())
                    .put("column", problem.location().column())
                    .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                    .put("message", problem.message())
                    .put("code", problem.code() == null ? null : problem.code().text());
        }
        out.println(object.toPrettyString());
    }
}
