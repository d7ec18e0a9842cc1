package io.policyengine.app.who;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.who.Cause;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.words.Reason;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.core.who.words.Sentences;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reports ways past policies that routes do not accept, as problems of a strict check. */
public final class OpeningProblems {
    /** The lint findings that may report the same way past a policy, at the position of an entry's policy. */
    private static final Set<LintCode> SAME = Set.of(LintCode.AUTHENTICATION_FAILS_OPEN, LintCode.SKIPPED_ON_HIT);

    private final Conf conf;
    private final Set<Location> told = new HashSet<>();

    private OpeningProblems(Conf conf, List<Problem> findings) {
        this.conf = conf;
        findings.stream()
                .filter(problem -> problem.code() != null && SAME.contains(problem.code()))
                .forEach(problem -> told.add(problem.location()));
    }

    /**
     * Returns a warning for each way past a policy that neither an item of {@code accept} nor a lint finding names.
     * Returns nothing for a configuration with errors, since the results would be incomplete.
     *
     * @param conf the directory that was checked
     * @param now the time at which overrides are evaluated
     */
    public static List<Problem> of(ConfCheck.Report checked, Conf conf, Instant now) {
        if (checked.problems().stream().anyMatch(Problem::forbidsUse)) {
            return List.of();
        }
        OpeningProblems openings = new OpeningProblems(conf, checked.problems());
        List<Problem> problems = new ArrayList<>();
        for (RouteReport route : WhoReport.of(checked, null, now).routes()) {
            for (RouteReport.Open open : route.openings()) {
                openings.add(route, open, problems);
            }
        }
        return problems.stream().map(conf::placed).toList();
    }

    private void add(RouteReport route, RouteReport.Open open, List<Problem> problems) {
        String of = " (route '" + route.route().config().routeName() + "')";
        for (RouteReport.OpenWay way : open.ways()) {
            if (way.accepted().isEmpty() && !isTold(route, open, way)) {
                problems.add(Problem.warning(
                        way.reasons().isEmpty()
                                ? route.route().config().location()
                                : way.reasons().getFirst().place(),
                        Sentences.subject(open) + WhoText.circumstances(way) + ": " + WhoText.remedies(way)
                                + (way.item().isEmpty()
                                        ? ""
                                        : "; or, if this is intended, " + way.item() + " with a reason")
                                + of));
            }
        }
        if (!open.isComplete() && !open.isAccepted()) {
            problems.add(Problem.warning(
                    route.route().config().location(),
                    Sentences.subject(open) + " in more ways than can be listed and accepted: use fewer conditions, or"
                            + " fewer settings that let messages pass" + of));
        }
    }

    /**
     * Returns whether a lint finding already reports the way past a policy: an authenticating entry fails open, or a
     * response from memory skips an entry.
     */
    private boolean isTold(RouteReport route, RouteReport.Open open, RouteReport.OpenWay way) {
        Stream<LintEntry> entries = open.reach() == Opening.Reach.FROM_MEMORY
                ? Stream.concat(route.route().request().stream(), route.route().response().stream())
                        .filter(entry -> open.entries().isEmpty()
                                ? entry.facts() != null && entry.facts().has(Fact.PROVIDES_IDENTITY)
                                : open.entries().contains(entry.config().name()))
                : way.reasons().stream()
                        .filter(reason -> open.guarantee() == Guarantee.IDENTITY && isFailure(reason))
                        .map(Reason::entry);
        return entries.map(LintEntry::config)
                .map(EntryConfig::source)
                .anyMatch(source -> told.contains(conf.placed(source.policy())));
    }

    private static boolean isFailure(Reason reason) {
        Cause.Kind kind = reason.kind();
        return kind == Cause.Kind.WORKER_AWAY || kind == Cause.Kind.DEPENDENCY_AWAY || kind == Cause.Kind.OVERLOADED;
    }
}
