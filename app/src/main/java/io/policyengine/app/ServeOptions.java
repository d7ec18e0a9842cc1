package io.policyengine.app;

import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.KernelProcess;
import io.policyengine.app.engine.Placement;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.kernel.reload.OnBadConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all serving commands have in common. */
final class ServeOptions {
    @Option(names = "--conf", paramLabel = "DIR", description = Main.CONF)
    private @Nullable Path conf;

    @Option(names = "--state", paramLabel = "DIR", defaultValue = Main.STATE_VARIABLE, description = Main.STATE)
    private @Nullable Path state;

    @Option(
            names = "--on-bad-config",
            paramLabel = "WHAT",
            defaultValue = "${env:POLICY_ENGINE_ON_BAD_CONFIG:-fail}",
            description = "Reaction to an unusable configuration: fail, or last_good to start with the "
                    + "newest generation in the state directory until the files are corrected (default: fail).")
    private OnBadConfig onBadConfig = OnBadConfig.FAIL;

    /** Runs the engine until the process receives a signal to end. */
    void serveBlocking(Placement placement) {
        Conf directory = onBadConfig == OnBadConfig.FAIL ? Conf.of(conf) : Conf.named(conf);
        KernelProcess.runBlocking(directory, StateDirectory.of(state, directory), placement, onBadConfig);
    }
}
