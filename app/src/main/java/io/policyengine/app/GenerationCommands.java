package io.policyengine.app;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.app.generations.GenerationDiff;
import io.policyengine.app.generations.GenerationNames;
import io.policyengine.app.generations.Rollback;
import io.policyengine.kernel.history.StoredGenerations;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on stored generations, which work without a running kernel. */
final class GenerationCommands {
    private static final String GENERATION =
            "A generation's number, or 'conf' for the current files of the configuration directory.";

    private GenerationCommands() {}

    static void addTo(CommandLine line, PrintWriter out, PrintWriter err) {
        line.addSubcommand(new Listing(out, err));
        line.addSubcommand(new Diff(out, err));
        line.addSubcommand(new RollBack(out, err));
    }

    @Command(mixinStandardHelpOptions = true, versionProvider = Version.class, exitCodeListHeading = "%nExit codes:%n")
    private abstract static class GenerationCommand implements Callable<Integer> {
        final PrintWriter out;
        final PrintWriter err;

        @Option(names = "--conf", paramLabel = "DIR", description = Main.CONF)
        private @Nullable Path conf;

        @Option(names = "--state", paramLabel = "DIR", defaultValue = Main.STATE_VARIABLE, description = Main.STATE)
        private @Nullable Path state;

        GenerationCommand(PrintWriter out, PrintWriter err) {
            this.out = out;
            this.err = err;
        }

        StateDirectory state() {
            return StateDirectory.of(state, Conf.named(conf));
        }
    }

    @Command(
            name = "generations",
            description = "Lists the last configurations that were in force, newest first.",
            exitCodeList = {"0:listed", "2:wrong usage, or no such state directory"})
    private static final class Listing extends GenerationCommand {
        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        Listing(PrintWriter out, PrintWriter err) {
            super(out, err);
        }

        @Override
        public Integer call() {
            StateDirectory state = state();
            StoredGenerations stored = GenerationNames.allBlocking(state);
            if (json) {
                Reports.generationsAsJson(out, state.path(), stored);
            } else {
                Reports.generations(out, stored);
                stored.unusable().forEach(one -> err.println("note: " + one.why()));
            }
            return 0;
        }
    }

    @Command(
            name = "diff",
            description = "Prints the differences between two generations, or between a generation and the "
                    + "configuration directory, file by file. Secrets are not shown.",
            exitCodeList = {"0:no differences", "1:differences", "2:wrong usage, or no such generation"})
    private static final class Diff extends GenerationCommand {
        @Parameters(index = "0", paramLabel = "A", description = GENERATION)
        private String before = "";

        @Parameters(index = "1", paramLabel = "B", description = GENERATION)
        private String after = "";

        Diff(PrintWriter out, PrintWriter err) {
            super(out, err);
        }

        @Override
        public Integer call() {
            return GenerationDiff.printBlocking(out, state(), before, after) ? CommandFailure.FAILED : 0;
        }
    }

    @Command(
            name = "rollback",
            description =
                    "Restores the files of a generation in the configuration directory, and removes files that the"
                            + " generation does not have. A kernel that uses that directory applies them.",
            exitCodeList = {
                "0:restored",
                "1:the files have errors, or cannot be written",
                "2:wrong usage, or no such generation"
            })
    private static final class RollBack extends GenerationCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "The generation's number.")
        private String id = "";

        RollBack(PrintWriter out, PrintWriter err) {
            super(out, err);
        }

        @Override
        public Integer call() {
            return Rollback.runBlocking(out, err, state(), id);
        }
    }
}
