package io.policyengine.core.metrics;

/** The meters of a kernel's configuration: loads, the active generation, routes and overrides. */
public enum ConfigMetric implements Metric {
    RELOADS(
            MetricType.COUNTER,
            "policy_kernel_config_reload_total",
            "configurations",
            "Configurations by the result of reading them: loaded (`success`), rejected (`failure`), or found unchanged"
                    + " (`unchanged`).",
            Labels.RELOAD_STATUS),
    LAST_RELOAD_SUCCESSFUL(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_successful",
            "0 or 1",
            "0 if the configuration that was read last was rejected, so that an older one runs; otherwise 1."),
    LAST_RELOAD_TIME(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_timestamp_seconds",
            "seconds",
            "Time at which a configuration was last loaded or rejected, in seconds since 1970."),
    GENERATION(MetricType.GAUGE, "policy_kernel_config_generation", "number", "Number of the active generation."),
    PINNED_GENERATIONS(
            MetricType.GAUGE,
            "policy_kernel_pinned_generations",
            "generations",
            "Generations that have been replaced, but that open exchanges still use."),
    OLDEST_PINNED_GENERATION(
            MetricType.GAUGE,
            "policy_kernel_oldest_pinned_generation_age_seconds",
            "seconds",
            "Time since the oldest generation that is still in use was replaced. The time is at most"
                    + " `limits.max_generation_age_ms`. 0: there is no such generation."),
    HASH(
            MetricType.GAUGE,
            "policy_kernel_config_hash",
            "always 1",
            "Hash of the configuration in force, as in `GET /config`. There is one series at a time.",
            Labels.CONFIG_HASH),
    LAST_GOOD(
            MetricType.GAUGE,
            "policy_kernel_config_last_good",
            "0 or 1",
            "1 while a kernel runs the last good generation because the configuration files were unusable when it"
                    + " started, otherwise 0."),
    UNSEEN_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_unseen_change_seconds",
            "seconds",
            "Age of the oldest change that the kernel has not read because the configuration file keeps changing. 0:"
                    + " there is no such change."),
    PENDING_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_pending_change_seconds",
            "seconds",
            "Age of the oldest change of the conf directory that is not in force: it was rejected, it was replaced by a"
                    + " rollback, or the kernel still reads or prepares it. 0: the files are in force."),
    GENERATION_STORE_FAILURES(
            MetricType.COUNTER,
            "policy_kernel_generation_store_failures_total",
            "generations",
            "Generations that could not be written to the state directory."),
    ROUTES(
            MetricType.GAUGE,
            "policy_kernel_routes",
            "routes",
            "Routes of the active generation. `serving`: they are served. `refused`: they are answered with an error."
                    + " `awaited`: they wait for a worker that has not answered yet. `open`: entries of `open_routes`.",
            Labels.ROUTE_STATE),
    KEPT_ROUTES(
            MetricType.GAUGE,
            "policy_kernel_kept_routes",
            "routes",
            "Routes that are served as before the last change, because the change would have refused their requests"
                    + " (`on_refused_route: keep`)."),
    OVERRIDES(
            MetricType.GAUGE,
            "policy_kernel_overrides",
            "always 1",
            "1 while an [override](../overrides.md) is in force, otherwise absent.",
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
