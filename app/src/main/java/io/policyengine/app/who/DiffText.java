package io.policyengine.app.who;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.RouteDiff;
import io.policyengine.core.who.RouteDiff.Change;
import io.policyengine.core.who.words.Lost;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.core.who.words.Sentences;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Prints the difference between two configurations as text. */
final class DiffText {
    private static final String UNKNOWN = "routes without a route policy (kernel.yaml)";

    private final PrintWriter out;
    private final WhoText words;

    DiffText(PrintWriter out) {
        this.out = out;
        this.words = new WhoText(out, null);
    }

    void print(DiffReport report) {
        if (report.isUnknownOpened()) {
            out.println(UNKNOWN);
            out.println("  opens: requests reach the upstream without any policy: unknown_route: continue");
            out.println("      remedy: set 'unknown_route: deny' in 'policy_kernel'");
        }
        if (!report.isComplete()) {
            out.println("routes");
            out.println("  opens: the change is too large to be compared, so that it may open any route");
            out.println("      remedy: make it in parts");
        }
        if (report.isUnknownClosed()) {
            out.println(UNKNOWN);
            out.println("  closes: requests reach the upstream without any policy");
        }
        report.newOpen().forEach(name -> {
            out.println(name + " (kernel.yaml)");
            out.println("  new: requests reach the upstream without any policy: open_routes");
        });
        report.routes().stream()
                .filter(diff -> diff.change() != Change.KEPT || !diff.opened().isEmpty() || DiffReport.closes(diff))
                .forEach(diff -> print(report, diff));
        out.println(report.opened() + " opened, " + report.closed() + " closed, " + report.count(Change.NEW) + " new, "
                + report.count(Change.GONE) + " gone");
    }

    private void print(DiffReport report, RouteDiff diff) {
        RouteConfig config = DiffReport.config(diff);
        out.println(config.routeName() + " (" + config.location() + ")");
        AnsweredRoute before = diff.before();
        AnsweredRoute after = diff.after();
        if (before == null) {
            printNew(report, Objects.requireNonNull(after));
            return;
        }
        if (diff.change() == Change.GONE) {
            out.println("  gone: " + becomes(diff, after, "its requests"));
        } else if (diff.change() == Change.MOVED) {
            out.println("  moved: " + becomes(diff, after, "its requests of '" + diff.names() + "'"));
        } else if (after == null) {
            out.println(
                    "  closes: every request is refused: the route has errors, which 'policy-engine validate' reports");
        }
        if (after != null) {
            printOpened(report, diff, before, after);
            RouteReport closed = report.before().words(before, diff.closed());
            closed.openings()
                    .forEach(open ->
                            open.ways().forEach(way -> out.println("  closes: " + Sentences.sentence(open, way))));
            Lost.of(after, diff.closed())
                    .forEach(lost -> out.println("  closes: " + lost.subject() + ", which the route has now"));
            closed.reroutes().forEach(entry -> out.println("  closes: " + Sentences.rerouted(entry)));
        }
    }

    private void printNew(DiffReport report, AnsweredRoute after) {
        RouteReport whole = RouteReport.of(after, report.after().overrides());
        out.println("  new: " + Sentences.whole(whole));
        whole.openings().forEach(open -> words.print(open, ""));
    }

    private void printOpened(DiffReport report, RouteDiff diff, AnsweredRoute before, AnsweredRoute after) {
        RouteReport opened = report.after().words(after, diff.opened());
        opened.openings().forEach(open -> words.print(open, "opens: "));
        Lost.of(before, diff.opened()).forEach(lost -> {
            out.println("  opens: " + lost.sentence() + " (" + lost.place() + " before)");
            out.println("      remedy: " + lost.remedy());
        });
        opened.reroutes().forEach(entry -> out.println("  opens: " + Sentences.rerouted(entry)));
    }

    private static String becomes(RouteDiff diff, @Nullable AnsweredRoute after, String requests) {
        if (after == null) {
            return requests + " are refused";
        }
        return diff.isWithoutPolicies()
                ? requests + " pass without any policy: 'unknown_route' or 'open_routes' in 'policy_kernel'"
                : requests + " are handled by route policy '"
                        + after.route().config().routeName() + "' ("
                        + after.route().config().location() + ")";
    }
}
