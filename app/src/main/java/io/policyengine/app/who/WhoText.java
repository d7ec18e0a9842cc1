package io.policyengine.app.who;

import io.policyengine.app.who.trial.Trial;
import io.policyengine.app.who.trial.Trial.Verdict;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.words.Reason;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.core.who.words.Sentences;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the results of the command {@code who} as text. */
final class WhoText {
    private final PrintWriter out;
    private final @Nullable Trial trial;

    /** Creates a printer; {@code trial} has the results of trying all openings, or is null. */
    WhoText(PrintWriter out, @Nullable Trial trial) {
        this.out = out;
        this.trial = trial;
    }

    void print(WhoReport report) {
        if (report.passesUnknown()) {
            out.println("routes without a route policy (kernel.yaml)");
            out.println("  requests reach the upstream without any policy: unknown_route: continue");
            out.println("      remedy: set 'unknown_route: deny' in 'policy_kernel'");
        }
        report.openRoutes().forEach(name -> {
            out.println(name + " (kernel.yaml)");
            out.println("  requests reach the upstream without any policy: open_routes");
        });
        report.routes().forEach(route -> {
            print(route);
            report.storedForOthers(route).forEach(this::print);
        });
        report.refused().forEach(route -> {
            out.println(route.routeName() + " (" + route.location() + ")");
            out.println("  every request is refused: the route has errors, which 'policy-engine validate' reports");
        });
        long closed = report.routes().stream()
                .filter(route -> route.answer().isClosed())
                .count();
        out.println(count(report.routes().size(), "route policy", "route policies") + ", " + closed
                + " without an opening; " + count(report.openings(), "opening", "openings")
                + (report.accepted() == 0 ? "" : ", " + report.accepted() + " accepted"));
        if (trial != null) {
            out.println("tried: " + trial.count(Verdict.CONFIRMED) + " confirmed, " + trial.count(Verdict.NO_WITNESS)
                    + " without a witness, " + trial.count(Verdict.REFUTED) + " refuted");
        }
    }

    private void print(RouteReport route) {
        LintRoute chains = route.route();
        out.println(chains.config().routeName() + " (" + chains.config().location() + ")");
        out.println("  " + Sentences.whole(route));
        List<String> responses = route.kept(Phase.RESPONSE);
        if (!responses.isEmpty()) {
            out.println("  every response passes " + Sentences.quoted(responses, "and"));
        }
        route.openings().forEach(open -> print(open, ""));
        route.reroutes().forEach(entry -> out.println("  " + Sentences.rerouted(entry)));
    }

    private void print(Problem storedForOthers) {
        out.println("  stored responses may reach other clients than those for whom they were made ("
                + storedForOthers.location() + ")");
        out.println("      " + LintCode.STORED_FOR_OTHERS.text() + ": " + storedForOthers.message());
    }

    /** Prints an opening with its ways past policies; {@code lead} is printed before its statement. */
    void print(RouteReport.Open open, String lead) {
        boolean isAlways = open.ways().stream().anyMatch(way -> way.reasons().isEmpty());
        if (isAlways) {
            open.ways().forEach(way -> {
                out.println("  " + lead + Sentences.subject(open) + circumstances(way));
                printRemedy(way);
            });
            return;
        }
        out.println("  " + lead + Sentences.subject(open) + " if");
        for (RouteReport.OpenWay way : open.ways()) {
            out.println("    - " + parts(way));
            printRemedy(way);
        }
        if (!open.isComplete()) {
            out.println("    - further circumstances, which are not listed");
        }
    }

    private void printRemedy(RouteReport.OpenWay way) {
        if (way.accepted().isEmpty()) {
            out.println("      remedy: " + remedies(way));
            if (!way.item().isEmpty()) {
                out.println("      " + way.item());
            }
        }
        way.accepted().forEach(item -> out.println("      accepted: " + item.reason() + " (" + item.location() + ")"));
        printTrial(way);
    }

    /**
     * Returns the circumstances of a way past a policy, as the end of a sentence that begins with
     * {@link Sentences#subject}.
     */
    static String circumstances(RouteReport.OpenWay way) {
        return way.reasons().isEmpty() ? ": no entry provides one" : " if " + parts(way);
    }

    private static String parts(RouteReport.OpenWay way) {
        return way.reasons().stream()
                .map(reason -> reason.sentence() + " ("
                        + (reason.setting() == null ? "" : "`" + reason.setting() + "` at ") + reason.place() + ")")
                .collect(Collectors.joining(", and "));
    }

    /** Returns the actions that close a way past a policy, in the imperative. */
    static String remedies(RouteReport.OpenWay way) {
        return way.reasons().isEmpty()
                ? "add an entry that authenticates, such as jwtValidation"
                : way.reasons().stream().map(Reason::remedy).distinct().collect(Collectors.joining("; or "));
    }

    private void printTrial(RouteReport.OpenWay way) {
        if (trial == null) {
            return;
        }
        Trial.Tried tried = trial.of(way.way());
        out.println("      "
                + switch (tried.verdict()) {
                    case CONFIRMED -> "confirmed by " + tried.witness();
                    case REFUTED -> "NOT confirmed by " + tried.witness() + ": a fault of this tool, please report it";
                    case NO_WITNESS -> "not tried: no witness found";
                });
    }

    private static String count(long number, String one, String more) {
        return number + " " + (number == 1 ? one : more);
    }
}
