package io.policyengine.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.policyengine.app.audit.VerifyAudit;
import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.check.Schemas;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.HeapSize;
import io.policyengine.app.command.Version;
import io.policyengine.app.conformance.BypassOptions;
import io.policyengine.app.conformance.BypassRun;
import io.policyengine.app.conformance.ConformanceRun;
import io.policyengine.app.demo.Demo;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.KernelProcess;
import io.policyengine.app.engine.Placement;
import io.policyengine.app.engine.WorkerProcess;
import io.policyengine.app.engine.Workers;
import io.policyengine.app.explain.Explain;
import io.policyengine.app.mcp.McpLock;
import io.policyengine.app.support.SupportBundle;
import io.policyengine.app.top.Top;
import io.policyengine.app.who.OpeningProblems;
import io.policyengine.app.who.WhoCommand;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.testkit.conformance.CaseResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The command line. Exit codes: 0 success, 1 failure, 2 wrong usage or an unusable configuration. */
@Command(
        name = "policy-engine",
        description = "Runs policies for Envoy, as its external processor.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "See `policy-engine COMMAND --help`, and docs/cli.md for everything."})
public final class Main {
    static final String CONF = "Configuration directory (default: ./conf, otherwise /etc/policy-engine).";
    static final String STATE = "Directory with the last ten generations (default: one per configuration directory,"
            + " in /var/lib/policy-engine).";
    static final String STATE_VARIABLE = "${env:POLICY_ENGINE_STATE}";

    private final CommandSpec spec = CommandSpec.forAnnotatedObject(this);

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return line(out, err).execute(arguments);
    }

    static CommandLine line(PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Main().spec);
        GenerationCommands.addTo(line, out, err);
        line.addSubcommand(new McpLock(out, name -> Optional.ofNullable(System.getenv(name))));
        line.addSubcommand(new VerifyAudit(out));
        line.addSubcommand(new Top(out, System.in));
        line.addSubcommand(new Explain(out));
        line.addSubcommand(new SupportBundle(out));
        line.addSubcommand(new WhoCommand(out, err));
        line.addSubcommand(new EnvoyConfigCommand(out, err));
        CommandGroups.register(line);
        return OptionValues.register(line)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler(Main::failed);
    }

    @Command(
            name = "run",
            description = "Serves Envoy: runs the kernel, and the workers that have no socket_path, in one process.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void serve(
            @Mixin ServeOptions options,
            @Option(
                            names = "--embedded",
                            description = "Run all workers in this process, even those that have a socket_path.")
                    boolean embedded) {
        options.serveBlocking(embedded ? Placement.EMBEDDED : Placement.AS_CONFIGURED);
    }

    @Command(
            name = "kernel",
            description = "Serves Envoy: runs the kernel alone, which connects to workers by their sockets.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void kernel(@Mixin ServeOptions options) {
        options.serveBlocking(Placement.CONNECTED);
    }

    @Command(
            name = "worker",
            description = "Runs policies for kernels, on the socket that worker.yaml names.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void worker(
            @Option(names = "--conf", paramLabel = "DIR", description = CONF) @Nullable Path conf,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "Name of the worker, as in its file; needed only if there are several.")
                    @Nullable
                    String name) {
        WorkerProcess.runBlocking(Conf.of(conf), name);
    }

    @Command(
            name = "exercise",
            hidden = true,
            description = "Starts an engine without clients, lets it send itself warm-up requests (the exercise), and "
                    + "ends. The JVM's option -XX:AOTCacheOutput=FILE writes a cache; later starts with "
                    + "-XX:AOTCache=FILE are ready sooner.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void exercise() {
        KernelProcess.exerciseBlocking();
    }

    @Command(
            name = "validate",
            description =
                    "Checks a configuration directory and prints all problems as FILE:LINE:COLUMN: …. No worker needs to run.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:no errors", "1:errors, or warnings with --strict", "2:wrong usage, or no such directory"
            })
    int validate(
            @Parameters(index = "0", arity = "0..1", paramLabel = "DIR", description = CONF) @Nullable Path conf,
            @Option(
                            names = "--strict",
                            description = "Also fail on warnings, and if requests can get past a policy without an "
                                    + "'accept' of the route (see the command who).")
                    boolean strict,
            @Option(
                            names = "--heap",
                            paramLabel = "SIZE",
                            description =
                                    "Heap of the engine's process, as in POLICY_ENGINE_HEAP: limits that do not fit"
                                            + " in it are errors (default: this process's heap, with warnings only).")
                    @Nullable
                    HeapSize heap,
            @Option(names = "--json", description = "Print one JSON object.") boolean json) {
        Conf directory = Conf.of(conf);
        ConfCheck.Report report =
                ConfCheck.checkBlocking(directory, heap == null ? null : MemoryPlan.ofHeap(heap.bytes()));
        if (strict) {
            report = report.and(
                    OpeningProblems.of(report, directory, InstantSource.system().instant()));
        }
        if (json) {
            ValidationReport.printJson(out(), report, strict);
        } else {
            ValidationReport.print(out(), directory, report, strict);
        }
        return report.isValid(strict) ? 0 : CommandFailure.FAILED;
    }

    @Command(
            name = "schema",
            description = "Prints the JSON Schema of a configuration file or of a policy's parameters;"
                    + " without a name, the list of names.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void schema(
            @Parameters(
                            index = "0",
                            arity = "0..1",
                            paramLabel = "NAME",
                            description = "kernel, worker, routes, overrides, or a policy.")
                    @Nullable
                    String name,
            @Option(
                            names = "--to",
                            paramLabel = "DIR",
                            description =
                                    "Write the schemas of all configuration files to this directory instead:"
                                            + " policies.schema.json, and kernel, worker, routes and overrides, which refer to it.")
                    @Nullable
                    Path directory) {
        if (directory != null) {
            if (name != null) {
                throw CommandFailure.usage("--to writes all schemas: remove the name");
            }
            Schemas.writeBlocking(directory);
        } else if (name == null) {
            Schemas.names().forEach(out()::println);
        } else {
            out().print(Schemas.text(Schemas.of(name)));
            out().flush();
        }
    }

    @Command(
            name = "policies",
            description = "Lists the policies of this program by family, in the order of a chain.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void policies(@Option(names = "--json", description = "Print one JSON object.") boolean json) {
        Reports.policies(out(), Workers.policies().declared(), json);
    }

    @Command(
            name = "conformance",
            description =
                    "Tests an ext_proc server, this engine or another, as Envoy would use it; or, with --bypass, tries to bypass the policies of an Envoy and the engine behind it. "
                            + "See docs/conformance.md.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:no case failed",
                "1:a case failed, or bypassed the policies",
                "2:wrong usage, nothing listens there, or ordinary requests fail"
            })
    int conformance(
            @Option(
                            names = "--target",
                            required = true,
                            paramLabel = "HOST:PORT",
                            description =
                                    "Address of the server, or unix:PATH for a Unix domain socket; with --bypass, the "
                                            + "address at which Envoy listens for clients.")
                    String target,
            @Option(
                            names = "--case",
                            split = ",",
                            paramLabel = "CASE",
                            description = "Only these cases, such as C10,C11 (default: all).")
                    @Nullable
                    List<String> cases,
            @Option(
                            names = "--behaviour",
                            split = ",",
                            paramLabel = "NAME",
                            description =
                                    "Behaviours for which the server is configured, on routes conformance-NAME or "
                                            + "on all routes; 'all' for all behaviours (default: only cases that "
                                            + "apply to every server).")
                    @Nullable
                    List<String> behaviours,
            @Mixin BypassOptions bypass,
            @Option(names = "--json", description = "Print one JSON object.") boolean json) {
        List<String> chosen = cases == null ? List.of() : cases;
        if (bypass.areUsed()) {
            if (behaviours != null) {
                throw CommandFailure.usage("--bypass and --behaviour exclude each other");
            }
            return BypassReport.print(out(), BypassRun.runBlocking(target, bypass, chosen), json);
        }
        List<CaseResult> results =
                ConformanceRun.runBlocking(target, chosen, behaviours == null ? List.of() : behaviours);
        return Reports.conformance(out(), results, json);
    }

    @Command(
            name = "demo",
            description =
                    "Shows the engine at work: starts it with an Envoy and an upstream, sends requests, shows their outcomes, and serves until Ctrl-C.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int demo(
            @Option(
                            names = "--example",
                            paramLabel = "NAME",
                            description = "Show an example of conf/examples instead of conf itself.")
                    @Nullable
                    String example,
            @Option(names = "--once", description = "End after the tour; exit code 1 if anything was unexpected.")
                    boolean once,
            @Option(names = "--separate", description = "Run kernel and worker as two processes.") boolean separate) {
        return Demo.runBlocking(out(), example, once, separate);
    }

    @Command(
            name = "version",
            description = "Prints the version of this program, its commit, and the version of Java.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    void version() {
        out().println(Version.line());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static int misused(ParameterException misuse, String[] arguments) {
        PrintWriter err = misuse.getCommandLine().getErr();
        err.println(misuse.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(misuse, err)) {
            err.println("Try '" + misuse.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        }
        return CommandFailure.USAGE;
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof CommandFailure expected) {
            command.getErr().println(expected.getMessage());
            return expected.exitCode();
        }
        throw failure;
    }
}
