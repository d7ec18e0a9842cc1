package io.policyengine.core.metrics;

/** The meters of a kernel's configuration: loads, the active generation, routes and overrides. */
public enum ConfigMetric implements Metric {
    RELOADS(
            MetricType.COUNTER,
            "policy_kernel_config_reload_total",
            "configurations",
            "Configurations that were loaded, rejected, or found unchanged.",
            Labels.RELOAD_STATUS),
    LAST_RELOAD_SUCCESSFUL(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_successful",
            "0 or 1",
            "0 if the last configuration read was rejected, so that an older one runs, else 1."),
    LAST_RELOAD_TIME(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_timestamp_seconds",
            "seconds",
            "Time at which a configuration was last loaded or rejected, since 1970."),
    GENERATION(MetricType.GAUGE, "policy_kernel_config_generation", "number", "Number of the active generation."),
    PINNED_GENERATIONS(
            MetricType.GAUGE,
            "policy_kernel_pinned_generations",
            "generations",
            "Replaced generations that open exchanges still use."),
    OLDEST_PINNED_GENERATION(
            MetricType.GAUGE,
            "policy_kernel_oldest_pinned_generation_age_seconds",
            "seconds",
            "Time since the oldest of these generations was replaced, at most `limits.max_generation_age_ms`; 0 if"
                    + " there is none."),
    HASH(
            MetricType.GAUGE,
            "policy_kernel_config_hash",
            "always 1",
            "Hash of the configuration in force, as in `GET /config`: one series at a time.",
            Labels.CONFIG_HASH),
    LAST_GOOD(
            MetricType.GAUGE,
            "policy_kernel_config_last_good",
            "0 or 1",
            "1 while a kernel runs the last good generation because its files were unusable at the start, else 0."),
    UNSEEN_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_unseen_change_seconds",
            "seconds",
            "Age of the oldest change of a configuration file that is unread because the file keeps changing; 0 if"
                    + " there is none."),
    PENDING_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_pending_change_seconds",
            "seconds",
            "Age of the oldest change of the conf directory that is not in force: it was rejected, a rollback is in"
                    + " its place, or it is still being read or prepared; 0 if the files are in force."),
    GENERATION_STORE_FAILURES(
            MetricType.COUNTER,
            "policy_kernel_generation_store_failures_total",
            "generations",
            "Generations that could not be written to the state directory."),
    ROUTES(
            MetricType.GAUGE,
            "policy_kernel_routes",
            "routes",
            "Routes of the active generation: `refused` are answered with an error, `awaited` wait for a worker that has"
                    + " not answered yet, `open` are entries of `open_routes`.",
            Labels.ROUTE_STATE),
    KEPT_ROUTES(
            MetricType.GAUGE,
            "policy_kernel_kept_routes",
            "routes",
            "Routes that stay served as before because a part of the last change, which would have refused their"
                    + " requests, is not in force (`on_refused_route: keep`)."),
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
