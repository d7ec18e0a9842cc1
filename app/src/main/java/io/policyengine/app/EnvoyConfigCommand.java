package io.policyengine.app;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.app.envoy.EnvoyOptions;
import io.policyengine.app.envoy.EnvoyVersion;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.app.envoy.check.EnvoyConfigCheck;
import io.policyengine.core.config.EngineConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code envoy-config}, which prints an Envoy configuration or checks the user's own. */
@Command(
        name = "envoy-config",
        description = "Prints an Envoy configuration that fits a configuration directory, or checks your own.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed, or no errors found",
            "1:cannot be printed, or errors found, or warnings with --strict",
            "2:wrong usage, or an unusable configuration"
        })
final class EnvoyConfigCommand implements Callable<Integer> {
    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(index = "0", arity = "0..1", paramLabel = "DIR", description = Main.CONF)
    private @Nullable Path conf;

    @Option(names = "--bootstrap", description = "A whole bootstrap file; the default.")
    private boolean bootstrap;

    @Option(names = "--filter", description = "Only the ext_proc filter and the engine's cluster.")
    private boolean filter;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description =
                    "Check your own Envoy configuration instead of printing one: a bootstrap file, or a response of "
                            + "Envoy's /config_dump.")
    private @Nullable Path check;

    @Option(names = "--strict", description = "With --check, also fail on warnings.")
    private boolean strict;

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port for clients; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int listen;

    @Option(
            names = "--upstream",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8000",
            description = "Destination of requests that pass; may be repeated (default: ${DEFAULT-VALUE}).")
    private List<HostPort> upstreams = List.of();

    @Option(
            names = "--engine",
            paramLabel = "HOST:PORT",
            description =
                    "Address at which Envoy reaches the kernel; may be repeated (default: that of kernel.yaml, on this machine).")
    private @Nullable List<HostPort> engines;

    @Option(
            names = "--admin",
            paramLabel = "PORT",
            defaultValue = "9901",
            description = "Port of Envoy's admin interface on 127.0.0.1 (default: ${DEFAULT-VALUE}).")
    private int admin;

    @Option(names = "--access-log", paramLabel = "FILE", description = "Access log (default: stdout).")
    private @Nullable Path accessLog;

    @Option(
            names = "--details-header",
            paramLabel = "NAME",
            description = "For tests: a response field with Envoy's response code details, in responses that are not "
                    + "the upstream's.")
    private @Nullable String detailsHeader;

    @Option(
            names = "--envoy-version",
            paramLabel = "VERSION",
            defaultValue = "1.36",
            description = "Version of Envoy for which to print; since 1.40, filters of Envoy provide facts to policies "
                    + "(default: ${DEFAULT-VALUE}).")
    private EnvoyVersion version = EnvoyVersion.OLDEST;

    /** Creates the command with its outputs. */
    EnvoyConfigCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (bootstrap && filter) {
            throw CommandFailure.usage("--bootstrap and --filter exclude each other");
        }
        if (check != null && (bootstrap || filter)) {
            throw CommandFailure.usage("--check prints no configuration: remove --bootstrap and --filter");
        }
        if (strict && check == null) {
            throw CommandFailure.usage("--strict is for --check");
        }
        EnvoyOptions options = new EnvoyOptions(
                "0.0.0.0",
                listen,
                admin,
                engines == null ? List.of() : engines,
                upstreams,
                accessLog,
                detailsHeader,
                version);
        String own = check == null ? "" : NamedFile.textBlocking("--check: " + check, check);
        Conf named = Conf.of(conf);
        EngineConfig config = named.loadBlocking();
        EnvoyNeeds needs = ConfCheck.needsBlocking(named);
        if (check != null) {
            return new EnvoyConfigCheck(out, System::getenv).runBlocking(check, own, config, needs, options, strict);
        }
        EnvoyConfigWriter writer = new EnvoyConfigWriter(config, needs, options);
        out.print(filter ? writer.filter() : writer.bootstrap());
        out.flush();
        List<String> notes = filter ? writer.filterNotes() : writer.notes();
        notes.forEach(note -> err.println("note: " + note));
        return 0;
    }
}
