package io.policyengine.worker;

import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.config.files.SecretRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of a worker: {@code worker.yaml} without sockets and ports.
 *
 * @param name of the worker, as the kernel knows it
 * @param version of the software, for display
 * @param confDirectory base of relative paths in parameters
 * @param maxConcurrentRequests limit of concurrent calls; further ones are refused
 * @param requestTimeout time limit of a call
 * @param policyTimeout time limit of an entry
 * @param failOnUnknown whether an unknown policy makes its chain invalid; if not, it is skipped with a warning
 * @param limits of what policies leave
 * @param policySettings parameters shared by all entries of a policy, by policy name
 * @param secrets the files that policies may read
 * @param targets servers that policies call, by name
 * @param stores shared by instances, by name
 * @param sinks for the records of policies, by name
 * @param allowFaults whether policies that inject faults are allowed
 */
public record WorkerOptions(
        String name,
        String version,
        Path confDirectory,
        int maxConcurrentRequests,
        Duration requestTimeout,
        Duration policyTimeout,
        boolean failOnUnknown,
        ChainLimits limits,
        Map<String, PolicySettings> policySettings,
        SecretRules secrets,
        Map<String, TargetConfig> targets,
        Map<String, StoreConfig> stores,
        Map<String, SinkConfig> sinks,
        boolean allowFaults) {

    /** Options of a worker without shared stores and sinks that takes no policy which harms exchanges on purpose. */
    public WorkerOptions(
            String name,
            String version,
            Path confDirectory,
            int maxConcurrentRequests,
            Duration requestTimeout,
            Duration policyTimeout,
            boolean failOnUnknown,
            ChainLimits limits,
            Map<String, PolicySettings> policySettings,
            SecretRules secrets,
            Map<String, TargetConfig> targets) {
        this(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                policySettings,
                secrets,
                targets,
                Map.of(),
                Map.of(),
                false);
    }

    /** The defaults of {@code worker.yaml}. */
    public static WorkerOptions defaults(String name, String version, Path confDirectory) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                1000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                false,
                new ChainLimits(1_048_576, 65_536),
                Map.of(),
                SecretRules.DEFAULTS,
                Map.of());
    }

    /** Returns a copy with another limit of concurrent calls. */
    public WorkerOptions withMaxConcurrentRequests(int changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                changed,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                policySettings,
                secrets,
                targets,
                stores,
                sinks,
                allowFaults);
    }

    /** Returns a copy with another rule for unknown policies. */
    public WorkerOptions withFailOnUnknown(boolean changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                changed,
                limits,
                policySettings,
                secrets,
                targets,
                stores,
                sinks,
                allowFaults);
    }

    /** Returns a copy with other limits of what policies leave. */
    public WorkerOptions withLimits(ChainLimits changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                changed,
                policySettings,
                secrets,
                targets,
                stores,
                sinks,
                allowFaults);
    }

    /** Returns a copy with other settings of policies. */
    public WorkerOptions withPolicySettings(Map<String, PolicySettings> changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                Map.copyOf(changed),
                secrets,
                targets,
                stores,
                sinks,
                allowFaults);
    }

    /** Returns a copy with other targets. */
    public WorkerOptions withTargets(Map<String, TargetConfig> changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                policySettings,
                secrets,
                Map.copyOf(changed),
                stores,
                sinks,
                allowFaults);
    }

    /** Returns a copy with other stores. */
    public WorkerOptions withStores(Map<String, StoreConfig> changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                policySettings,
                secrets,
                targets,
                Map.copyOf(changed),
                sinks,
                allowFaults);
    }

    /** Returns a copy with other sinks. */
    public WorkerOptions withSinks(Map<String, SinkConfig> changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                policySettings,
                secrets,
                targets,
                stores,
                Map.copyOf(changed),
                allowFaults);
    }

    /** Returns a copy that allows, or forbids, policies that inject faults. */
    public WorkerOptions withAllowFaults(boolean changed) {
        return new WorkerOptions(
                name,
                version,
                confDirectory,
                maxConcurrentRequests,
                requestTimeout,
                policyTimeout,
                failOnUnknown,
                limits,
                policySettings,
                secrets,
                targets,
                stores,
                sinks,
                changed);
    }

    /** The parameters that all entries of the policy share. */
    public PolicySettings settingsOf(String policy) {
        return policySettings.getOrDefault(policy, PolicySettings.NONE);
    }
}
