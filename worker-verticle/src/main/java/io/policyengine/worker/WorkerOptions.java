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
 * The settings by which a worker runs: {@code worker.yaml} without its sockets and ports.
 *
 * @param name of the worker, as the kernel knows it
 * @param version of the software, for people
 * @param confDirectory what relative paths in parameters are relative to
 * @param maxConcurrentRequests calls under way; more are refused
 * @param requestTimeout the most time of one call
 * @param policyTimeout the most time of one entry
 * @param failOnUnknown whether a policy that is not here makes its chain an error; if not, the policy is skipped with a warning
 * @param limits of what policies leave
 * @param policySettings by policy name: the parameters that all entries of the policy share
 * @param secrets which files policies may read
 * @param targets servers that policies call, by name
 * @param stores that instances share, by name
 * @param sinks for the records of policies, by name
 * @param allowFaults whether it takes policies that harm exchanges on purpose
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

    /** The same with another limit of calls under way. */
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

    /** The same with another rule for policies that are not here. */
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

    /** The same with other limits of what policies leave. */
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

    /** The same with other settings of policies. */
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

    /** The same with other targets. */
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

    /** The same with other stores. */
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

    /** The same with other sinks. */
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

    /** The same that takes, or does not take, policies that harm exchanges on purpose. */
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
