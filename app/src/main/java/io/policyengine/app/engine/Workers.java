package io.policyengine.app.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;

/** Creates workers that run this program's policies with the settings in worker.yaml. */
public final class Workers {
    private Workers() {}

    /**
     * Returns the policies of this program: the standard ones and those of plug-in jars.
     *
     * @throws CommandFailure if a plug-in jar cannot be used; the message names the jar
     */
    public static PolicyRegistry policies() {
        PluginJars.requireReadableBlocking();
        try {
            return PolicyRegistry.withServices(StandardPolicies.all());
        } catch (IllegalArgumentException broken) {
            throw CommandFailure.usage(String.valueOf(broken.getMessage()));
        }
    }

    /**
     * Creates a worker with its settings from the configuration, or with the defaults if the configuration has no
     * settings for it.
     */
    public static LocalWorker local(
            Vertx vertx,
            MeterRegistry metrics,
            Executor work,
            Path confDirectory,
            EngineConfig config,
            String name,
            PolicyRegistry policies) {
        return local(vertx, metrics, work, options(confDirectory, settings(config, name), name), policies);
    }

    /**
     * Returns the settings of the worker with this name, or the defaults if the configuration has no settings for it.
     */
    static WorkerCoreConfig settings(EngineConfig config, String name) {
        return config.workers().stream()
                .filter(worker -> worker.name().equals(name))
                .findFirst()
                .orElseGet(WorkerCoreConfig::defaults);
    }

    static LocalWorker local(Host host, Path confDirectory, WorkerCoreConfig settings, String name) {
        return local(host.vertx(), host.metrics(), host.work(), options(confDirectory, settings, name), policies());
    }

    private static LocalWorker local(
            Vertx vertx, MeterRegistry metrics, Executor work, WorkerOptions options, PolicyRegistry policies) {
        return new LocalWorker(vertx, options, policies, metrics, InstantSource.system(), Ticker.SYSTEM, work);
    }

    private static WorkerOptions options(Path confDirectory, WorkerCoreConfig settings, String name) {
        var server = settings.server();
        var limits = settings.resourceLimits();
        return WorkerOptions.defaults(name, Version.text(), confDirectory.toAbsolutePath())
                .with(options -> options.maxConcurrentRequests(server.maxConcurrentRequests())
                        .requestTimeout(server.requestTimeout())
                        .policyTimeout(server.policyTimeout())
                        .failOnUnknown(settings.policies().failOnUnknown())
                        .limits(new ChainLimits(limits.maxBodySizeBytes(), limits.maxStateSizeBytes()))
                        .policySettings(settings.policies().config())
                        .secrets(settings.secrets())
                        .targets(settings.targets())
                        .stores(settings.stores())
                        .sinks(settings.sinks())
                        .allowFaults(settings.allowFaults()));
    }
}
