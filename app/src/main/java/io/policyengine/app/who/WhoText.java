package io.policyengine.app.who;

import io.policyengine.app.who.trial.Trial;
import io.policyengine.app.who.trial.Trial.Verdict;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the answers as text. */
final class WhoText {
    private final PrintWriter out;
    private final @Nullable Trial trial;

    /** Creates a printer; {@code trial} has tried all openings, or is null. */
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
        report.routes().forEach(this::print);
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
        if (!route.answer().isReached()) {
            out.println("  no request reaches the upstream: a policy answers each, or denies it");
        } else {
            out.println("  " + whole(route));
        }
        List<String> responses = route.kept(Phase.RESPONSE);
        if (!responses.isEmpty()) {
            out.println("  every response passes " + quoted(responses));
        }
        route.openings().forEach(this::print);
        route.reroutes()
                .forEach(
                        entry -> out.println("  requests may reach the upstream of another route, whose policies do not"
                                + " run, after '" + entry + "'"));
    }

    /** Returns the sentence about all requests that reach the upstream. */
    private static String whole(RouteReport route) {
        List<String> identities = route.identities();
        List<String> kept = route.kept(Phase.REQUEST);
        String passes = kept.isEmpty() ? "" : " and passes " + quoted(kept);
        if (!route.letsAnyoneIn()) {
            return "every request has an identity by " + quoted(identities, "or") + passes;
        }
        String anyone = identities.isEmpty()
                ? "no request has an identity"
                : "a request has an identity by " + quoted(identities, "or") + ", or none";
        return kept.isEmpty() ? anyone : anyone + "; every request passes " + quoted(kept);
    }

    private void print(RouteReport.Open open) {
        boolean isAlways = open.ways().stream().anyMatch(way -> way.reasons().isEmpty());
        if (isAlways) {
            open.ways().forEach(way -> {
                out.println("  " + subject(open) + circumstances(way));
                printRemedy(way);
            });
            return;
        }
        out.println("  " + subject(open) + " if");
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
            out.println("      " + way.item());
        }
        way.accepted()
                .forEach(item -> out.println("      accepted: " + item.reason() + " (" + item.location() + ")"));
        printTrial(way);
    }

    /** Returns the end of a sentence that begins with {@link #subject}. */
    static String circumstances(RouteReport.OpenWay way) {
        return way.reasons().isEmpty() ? ": no entry provides one" : " if " + parts(way);
    }

    private static String parts(RouteReport.OpenWay way) {
        return way.reasons().stream()
                .map(reason -> reason.sentence() + " ("
                        + (reason.setting() == null ? "" : "`" + reason.setting() + "` at ") + reason.place() + ")")
                .collect(Collectors.joining(", and "));
    }

    /** Returns what an operator can do, in the imperative. */
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

    static String subject(RouteReport.Open open) {
        String messages = switch (open.reach()) {
            case UPSTREAM -> "requests reach the upstream ";
            case CLIENT -> "responses reach the client ";
            case FROM_MEMORY -> "stored responses reach the client ";
        };
        return messages + without(open.guarantee(), open.reach(), quoted(open.entries()));
    }

    private static String without(Guarantee guarantee, Opening.Reach reach, String entries) {
        return switch (guarantee) {
            case IDENTITY -> "without an identity";
            case ACCESS -> "without " + entries;
            case LIMIT -> reach == Opening.Reach.FROM_MEMORY ? "without " + entries : "unlimited by " + entries;
            case JUDGEMENT -> "unjudged by " + entries;
            case MASK -> "unmasked by " + entries;
        };
    }

    private static String quoted(List<String> names) {
        return quoted(names, "and");
    }

    private static String quoted(List<String> names, String conjunction) {
        String all = names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " " + conjunction + all.substring(last + 1);
    }

    private static String count(long number, String one, String more) {
        return number + " " + (number == 1 ? one : more);
    }
}
