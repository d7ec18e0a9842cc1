package io.policyengine.core.metrics;

/** The meters of a process of the engine, whether it is a kernel's or a worker's. */
public enum EngineMetric implements Metric {
    /** Log lines dropped because the reader was too slow. */
    LOG_DROPPED(
            MetricType.COUNTER,
            "policy_engine_log_dropped_total",
            "lines",
            "Log lines that were dropped, since nobody reads the log, or not as fast as it is written.",
            Labels.LOG_LEVEL),
    /** Lag of event loops. */
    LOOP_LAG(
            MetricType.TIMER,
            "policy_engine_event_loop_lag_seconds",
            "seconds",
            "Time until an event loop did what it was asked to; each is asked ten times within"
                    + " `stuck_loop_timeout_ms`, and never where that is 0."),
    /** Direct memory in use. */
    DIRECT_MEMORY(
            MetricType.GAUGE,
            "policy_engine_direct_memory_bytes",
            "bytes",
            "Direct memory that Netty has reserved for buffers, of `policy_engine_max_direct_memory_bytes`; what its"
                    + " pools keep for later counts."),
    /** Direct memory that there may be. */
    MAX_DIRECT_MEMORY(
            MetricType.GAUGE,
            "policy_engine_max_direct_memory_bytes",
            "bytes",
            "Maximum of direct memory: `-XX:MaxDirectMemorySize`, without which it is that of the heap."),
    /** Bytes that are held, by holder. */
    HELD_BYTES(
            MetricType.GAUGE,
            "policy_engine_held_bytes",
            "bytes",
            "Bytes that a kernel holds: `policy_kernel_buffered_bytes` by what holds them, and beside it `windows` of decoders"
                    + " outside of the heap, `calls` that workers have not taken, and `work` beside the event loops"
                    + " ([memory](../architecture/memory.md)).",
            Labels.HOLDER),
    /** Work off the event loops that waits. */
    WORK_QUEUED(
            MetricType.GAUGE,
            "policy_engine_work_queued",
            "pieces of work",
            "Work beside the event loops that waits for a thread or for memory.",
            Labels.LANE),
    /** Work off the event loops that runs. */
    WORK_RUNNING(
            MetricType.GAUGE,
            "policy_engine_work_running",
            "pieces of work",
            "Work beside the event loops that runs; it does so on a thread for each processor.",
            Labels.LANE),
    /** Time that work off the event loops waits. */
    WORK_WAIT(
            MetricType.TIMER,
            "policy_engine_work_wait_seconds",
            "seconds",
            "Time that work beside the event loops waited before it began.",
            Labels.LANE),
    /** Work off the event loops that was refused or given up. */
    WORK_DROPPED(
            MetricType.COUNTER,
            "policy_engine_work_dropped_total",
            "pieces of work",
            "Work beside the event loops that never began: too much waits (`full`), it waited too long (`waited`), nobody"
                    + " wants it any more (`cancelled`), or it needs more memory than there is (`too_large`).",
            Labels.LANE,
            Labels.DROP_REASON),
    /** Memory of work off the event loops. */
    WORK_HELD_BYTES(
            MetricType.GAUGE,
            "policy_engine_work_held_bytes",
            "bytes",
            "Memory that running work beside the event loops may need; at most a quarter of what the engine leaves of the heap.");

    @SuppressWarnings("ImmutableEnumChecker") // its list is a copy
    private final Description description;

    EngineMetric(MetricType type, String id, String unit, String doc, Label... labels) {
        this.description = new Description(type, id, unit, doc, labels);
    }

    @Override
    public Description description() {
        return description;
    }
}
