package io.policyengine.app.who;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.who.trial.Trial;
import io.policyengine.app.who.trial.Trial.Verdict;
import io.policyengine.core.error.Problem;
import io.policyengine.core.memory.MemoryPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code who}, which reports for each route which requests reach the upstream, and with which identity. */
@Command(
        name = "who",
        description = "Shows for each route which requests reach the upstream, with which identity, and under which "
                + "circumstances they bypass a policy (openings). No worker needs to run.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:a route has errors; with --strict or --diff, an opening is not accepted; with --try, a "
                    + "statement is refuted",
            "2:wrong usage, or no such directory or route"
        })
public final class WhoCommand implements Callable<Integer> {
    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            description = "Configuration directory (default: ./conf, otherwise /etc/policy-engine).")
    private @Nullable Path conf;

    @Option(names = "--route", paramLabel = "NAME", description = "Only the route policy with this name, as written.")
    private @Nullable String route;

    @Option(
            names = "--try",
            description =
                    "For each opening, send a request through the real chains in this process, with stand-ins for the "
                            + "policies, and show whether it bypasses them as stated. No other server is called.")
    private boolean tries;

    @Option(
            names = "--diff",
            arity = "2",
            paramLabel = "DIR",
            description =
                    "Compare two configuration directories, OLD and NEW: show what NEW opens and closes, and fail if it"
                            + " opens something that its route does not accept.")
    private Path @Nullable [] diff;

    @Option(
            names = "--strict",
            description = "Fail if there is an opening that its route does not accept, or a response that is stored"
                    + " for others.")
    private boolean strict;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public WhoCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        return diff == null ? show() : compare(diff[0], diff[1]);
    }

    private int compare(Path before, Path after) {
        if (conf != null || tries || strict) {
            throw CommandFailure.usage(
                    "--diff takes two directories, and can be combined only with --route and --json");
        }
        ConfCheck.Report old = ConfCheck.checkBlocking(Conf.of(before), (MemoryPlan) null);
        ConfCheck.Report now = ConfCheck.checkBlocking(Conf.of(after), (MemoryPlan) null);
        if (route != null && !names(old) && !names(now)) {
            throw CommandFailure.usage("there is no route policy '" + route + "'");
        }
        DiffReport report =
                DiffReport.of(old, now, route, InstantSource.system().instant());
        if (json) {
            out.println(DiffJson.of(report).toPrettyString());
        } else {
            new DiffText(out).print(report);
        }
        out.flush();
        boolean isOldSound = sayErrors(old, before.toString());
        boolean isNewSound = sayErrors(now, after.toString());
        return !isOldSound || !isNewSound || report.opened() > 0 ? CommandFailure.FAILED : 0;
    }

    private boolean names(ConfCheck.Report checked) {
        return checked.config().routes().stream()
                .anyMatch(policy -> policy.routeName().equals(route));
    }

    /** Prints a message if a configuration has errors. Returns whether it has none. */
    private boolean sayErrors(ConfCheck.Report checked, String configuration) {
        boolean areErrors = checked.problems().stream().anyMatch(Problem::forbidsUse);
        if (areErrors) {
            err.println(configuration + " has errors, so the answers are incomplete: run policy-engine validate");
            err.flush();
        }
        return !areErrors;
    }

    private int show() {
        ConfCheck.Report checked = ConfCheck.checkBlocking(Conf.of(conf), (MemoryPlan) null);
        WhoReport report = WhoReport.of(checked, route, InstantSource.system().instant());
        if (route != null && report.routes().isEmpty() && report.refused().isEmpty()) {
            throw CommandFailure.usage("there is no route policy '" + route + "'");
        }
        Trial trial = tries ? report.tryBlocking() : null;
        if (json) {
            out.println(WhoJson.of(report, trial).toPrettyString());
        } else {
            new WhoText(out, trial).print(report);
        }
        out.flush();
        boolean isSound = sayErrors(checked, "the configuration");
        boolean isRefuted = trial != null && trial.count(Verdict.REFUTED) > 0;
        boolean isOpen = report.openings() > report.accepted() || report.storesForOthers();
        return !isSound || isRefuted || (strict && isOpen) ? CommandFailure.FAILED : 0;
    }
}
