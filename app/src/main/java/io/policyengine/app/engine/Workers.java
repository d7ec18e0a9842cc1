package io.policyengine.app.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** Makes workers of what worker.yaml says and of the policies in this program. */
public final class Workers {
    private Workers() {}

    /**
     * The policies of this program: the standard ones, and those that jars on the class path add.
     *
     * @throws CommandFailure that names the jar, if one cannot be used
     */
    public static PolicyRegistry policies() {
        PluginJars.requireReadableBlocking();
        try {
            return PolicyRegistry.withServices(StandardPolicies.all());
        } catch (IllegalArgumentException broken) {
            throw CommandFailure.usage(String.valueOf(broken.getMessage()));
        }
    }

    /** A worker of this name with these policies, with its settings or, if no file has any, the defaults. */
    public static LocalWorker local(
            Vertx vertx,
            MeterRegistry metrics,
            Path confDirectory,
            EngineConfig config,
            String name,
            PolicyRegistry policies) {
        return new LocalWorker(vertx, options(confDirectory, settings(config, name), name), policies, metrics);
    }

    /** The settings of the worker of this name or, if no file has any, the defaults. */
    static WorkerCoreConfig settings(EngineConfig config, String name) {
        return config.workers().stream()
                .filter(worker -> worker.name().equals(name))
                .findFirst()
                .orElseGet(WorkerCoreConfig::defaults);
    }

    static LocalWorker local(
            Vertx vertx, MeterRegistry metrics, Path confDirectory, WorkerCoreConfig settings, String name) {
        return new LocalWorker(vertx, options(confDirectory, settings, name), policies(), metrics);
    }

    private static WorkerOptions options(Path confDirectory, WorkerCoreConfig settings, String name) {
        var server = settings.server();
        var limits = settings.resourceLimits();
        return new WorkerOptions(
                name,
                Version.text(),
                confDirectory.toAbsolutePath(),
                server.maxConcurrentRequests(),
                server.requestTimeout(),
                server.policyTimeout(),
                settings.policies().failOnUnknown(),
                new ChainLimits(limits.maxBodySizeBytes(), limits.maxStateSizeBytes()),
                settings.policies().config(),
                settings.secrets());
    }
}
