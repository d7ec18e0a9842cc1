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
import java.util.function.UnaryOperator;

/**
 * The settings of a worker: {@code worker.yaml} without sockets and ports.
 *
 * @param name the worker's name, as the kernel knows it
 * @param version version of the worker's software, for display
 * @param confDirectory base of relative paths in parameters
 * @param maxConcurrentRequests maximum number of concurrent calls; further calls are refused
 * @param requestTimeout time limit of a call
 * @param policyTimeout time limit of an entry
 * @param failOnUnknown whether an unknown policy makes its chain invalid; if not, the entry is skipped with a warning
 * @param limits limits of the bodies and metadata that policies set
 * @param policySettings parameters shared by all entries of a policy, by policy name
 * @param secrets the files that policies may read
 * @param targets servers that policies call, by name
 * @param stores stores that instances share, by name
 * @param sinks sinks for the records of policies, by name
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
    /** Returns the defaults of {@code worker.yaml}. */
    public static WorkerOptions defaults(String name, String version, Path confDirectory) {
        return new Builder(name, version, confDirectory).build();
    }

    public WorkerOptions with(UnaryOperator<Builder> changes) {
        Builder same = new Builder(name, version, confDirectory);
        same.maxConcurrentRequests = maxConcurrentRequests;
        same.requestTimeout = requestTimeout;
        same.policyTimeout = policyTimeout;
        same.failOnUnknown = failOnUnknown;
        same.limits = limits;
        same.policySettings = policySettings;
        same.secrets = secrets;
        same.targets = targets;
        same.stores = stores;
        same.sinks = sinks;
        same.allowFaults = allowFaults;
        return changes.apply(same).build();
    }

    /** Returns the parameters that all entries of the policy share. */
    public PolicySettings settingsOf(String policy) {
        return policySettings.getOrDefault(policy, PolicySettings.NONE);
    }

    /** Builds options, starting from the defaults. Each setter is named like its key in {@code worker.yaml}. */
    public static final class Builder {
        private final String name;
        private final String version;
        private final Path confDirectory;
        private int maxConcurrentRequests = 1000;
        private Duration requestTimeout = Duration.ofSeconds(5);
        private Duration policyTimeout = Duration.ofSeconds(1);
        private boolean failOnUnknown;
        private ChainLimits limits = new ChainLimits(1_048_576, 65_536);
        private Map<String, PolicySettings> policySettings = Map.of();
        private SecretRules secrets = SecretRules.DEFAULTS;
        private Map<String, TargetConfig> targets = Map.of();
        private Map<String, StoreConfig> stores = Map.of();
        private Map<String, SinkConfig> sinks = Map.of();
        private boolean allowFaults;

        private Builder(String name, String version, Path confDirectory) {
            this.name = name;
            this.version = version;
            this.confDirectory = confDirectory;
        }

        public Builder maxConcurrentRequests(int value) {
            maxConcurrentRequests = value;
            return this;
        }

        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        public Builder policyTimeout(Duration value) {
            policyTimeout = value;
            return this;
        }

        /** Sets whether an unknown policy makes its chain invalid. */
        public Builder failOnUnknown(boolean value) {
            failOnUnknown = value;
            return this;
        }

        public Builder limits(ChainLimits value) {
            limits = value;
            return this;
        }

        public Builder policySettings(Map<String, PolicySettings> value) {
            policySettings = Map.copyOf(value);
            return this;
        }

        public Builder secrets(SecretRules value) {
            secrets = value;
            return this;
        }

        public Builder targets(Map<String, TargetConfig> value) {
            targets = Map.copyOf(value);
            return this;
        }

        public Builder stores(Map<String, StoreConfig> value) {
            stores = Map.copyOf(value);
            return this;
        }

        public Builder sinks(Map<String, SinkConfig> value) {
            sinks = Map.copyOf(value);
            return this;
        }

        public Builder allowFaults(boolean value) {
            allowFaults = value;
            return this;
        }

        private WorkerOptions build() {
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
                    allowFaults);
        }
    }
}
