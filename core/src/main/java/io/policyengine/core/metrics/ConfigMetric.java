package io.policyengine.core.metrics;

/** The meters of a kernel's configuration: how it was loaded, and what of it is in force. */
public enum ConfigMetric implements Metric {
    /** Configurations that were looked at. */
    RELOADS(
            MetricType.COUNTER,
            "policy_kernel_config_reload_total",
            "configurations",
            "Configurations that were loaded, rejected, or looked at and found unchanged.",
            Labels.RELOAD_STATUS),
    /** The outcome of the last change. */
    LAST_RELOAD_SUCCESSFUL(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_successful",
            "0 or 1",
            "0 if the configuration that was looked at last was rejected, so that an older one runs, else 1."),
    /** The time of the last change. */
    LAST_RELOAD_TIME(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_timestamp_seconds",
            "seconds",
            "Time at which a configuration was last loaded or rejected, since 1970."),
    /** The active generation. */
    GENERATION(MetricType.GAUGE, "policy_kernel_config_generation", "number", "Number of the active generation."),
    /** Old generations that are in use. */
    PINNED_GENERATIONS(
            MetricType.GAUGE,
            "policy_kernel_pinned_generations",
            "generations",
            "Generations by which exchanges still run though another one is active."),
    /** The age of the oldest of them. */
    OLDEST_PINNED_GENERATION(
            MetricType.GAUGE,
            "policy_kernel_oldest_pinned_generation_age_seconds",
            "seconds",
            "Time for which the oldest of these generations has been replaced, of `limits.max_generation_age_ms`; 0 if"
                    + " there is none."),
    /** The hash of the active generation. */
    HASH(
            MetricType.GAUGE,
            "policy_kernel_config_hash",
            "always 1",
            "Hash of the configuration in force, as `GET /config` has it: one series at a time.",
            Labels.CONFIG_HASH),
    /** The use of the last good generation. */
    LAST_GOOD(
            MetricType.GAUGE,
            "policy_kernel_config_last_good",
            "0 or 1",
            "1 while a kernel runs by the last good generation since its files could not be used at the start, else 0."),
    /** The age of the oldest change of a file that has not been read. */
    UNSEEN_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_unseen_change_seconds",
            "seconds",
            "Age of the oldest change of a configuration file that has not been read, since the file changes all the time;"
                    + " 0 if there is none."),
    /** The age of the oldest change that is not in force. */
    PENDING_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_pending_change_seconds",
            "seconds",
            "Age of the oldest change of the conf directory that is not in force: it was rejected, a rollback is in its"
                    + " place, or it is still being read or prepared; 0 if what the files say is in force."),
    /** Generations that were not written to the disk. */
    GENERATION_STORE_FAILURES(
            MetricType.COUNTER,
            "policy_kernel_generation_store_failures_total",
            "generations",
            "Generations that could not be written to the state directory."),
    /** Routes by their state. */
    ROUTES(
            MetricType.GAUGE,
            "policy_kernel_routes",
            "routes",
            "Routes of the active generation: `refused` are answered with an error, `awaited` wait for a worker that has"
                    + " not answered yet, `open` are entries of `open_routes`.",
            Labels.ROUTE_STATE),
    /** Overrides in force. */
    OVERRIDES(
            MetricType.GAUGE,
            "policy_kernel_overrides",
            "always 1",
            "1 while an [override](../overrides.md) is in force; absent otherwise.",
            Labels.OVERRIDE_KIND,
            Labels.OVERRIDDEN,
            Labels.OVERRIDE_MODE);

    @SuppressWarnings("ImmutableEnumChecker") // its list is a copy
    private final Description description;

    ConfigMetric(MetricType type, String id, String unit, String doc, Label... labels) {
        this.description = new Description(type, id, unit, doc, labels);
    }

    @Override
    public Description description() {
        return description;
    }
}
