package io.policyengine.app.envoy.check;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.app.envoy.EnvoyOptions;
import io.policyengine.app.envoy.check.Finding.Level;
import io.policyengine.core.config.EngineConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The command {@code envoy-config --check}. */
public final class EnvoyConfigCheck {
    private final PrintWriter out;
    private final Function<String, @Nullable String> environment;

    /** Creates the command with its output and a lookup of environment variables. */
    public EnvoyConfigCheck(PrintWriter out, Function<String, @Nullable String> environment) {
        this.out = out;
        this.environment = environment;
    }

    /**
     * Checks a file and prints the findings, followed by a line that counts them.
     *
     * @param text the content of the file
     * @return the exit code: 0, or 1 if there are errors or, if {@code strict}, warnings
     */
    public int runBlocking(
            Path path, String text, EngineConfig config, EnvoyNeeds needs, EnvoyOptions options, boolean strict) {
        EnvoyCheck.Result result = new EnvoyCheck(config, needs, options).check(path.toString(), text);
        List<Finding> findings = result.findings();
        String verdict = "";
        Optional<EnvoyBinary> envoy = result.isBootstrap() ? EnvoyBinary.findBlocking(environment) : Optional.empty();
        if (envoy.isEmpty()) {
            findings = findings.stream().map(Finding::unjudged).toList();
        }
        if (result.isBootstrap()) {
            if (envoy.isPresent()) {
                findings = EnvoyCheck.judgedBlocking(
                        envoy.get(), path, config.kernel().pathRules(), findings);
                verdict = "; " + envoy.get().program() + " --mode validate was run";
            } else {
                verdict = "; Envoy's own --mode validate was not run: set ENVOY_BIN, or put envoy on PATH";
            }
        }
        findings.forEach(out::println);
        long errors = count(findings, Level.ERROR);
        long warnings = count(findings, Level.WARNING);
        out.println(path + ": "
                + (errors + warnings == 0
                        ? "0 problems"
                        : counted(errors, "error") + ", " + counted(warnings, "warning"))
                + verdict);
        return errors > 0 || (strict && warnings > 0) ? CommandFailure.FAILED : 0;
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
