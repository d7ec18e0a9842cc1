package io.policyengine.core.metrics;

/** The meters of every process of the engine, kernel or worker. */
public enum EngineMetric implements Metric {
    LOG_DROPPED(
            MetricType.COUNTER,
            "policy_engine_log_dropped_total",
            "lines",
            "Log lines that were dropped because the log was not read, or was read too slowly.",
            Labels.LOG_LEVEL),
    LOOP_LAG(
            MetricType.TIMER,
            "policy_engine_event_loop_lag_seconds",
            "seconds",
            "Delay of a probe on an event loop. Each loop is probed ten times within `stuck_loop_timeout_ms`. If that"
                    + " key is 0, no loop is probed."),
    DIRECT_MEMORY(
            MetricType.GAUGE,
            "policy_engine_direct_memory_bytes",
            "bytes",
            "Direct memory that Netty has reserved for buffers, including free memory in its pools. The maximum is"
                    + " `policy_engine_max_direct_memory_bytes`."),
    /** The maximum direct memory of the process. */
    MAX_DIRECT_MEMORY(
            MetricType.GAUGE,
            "policy_engine_max_direct_memory_bytes",
            "bytes",
            "Maximum size of direct memory: `-XX:MaxDirectMemorySize`. If that option is not set: the maximum size of"
                    + " the heap."),
    HELD_BYTES(
            MetricType.GAUGE,
            "policy_engine_held_bytes",
            "bytes",
            "Bytes that a kernel holds, by holder ([memory](../architecture/memory.md)); not part of"
                    + " `policy_kernel_buffered_bytes`. `windows`: windows of decoders, outside of the heap. `calls`:"
                    + " calls that workers have not accepted yet. `work`: work off the event loops.",
            Labels.HOLDER),
    WORK_QUEUED(
            MetricType.GAUGE,
            "policy_engine_work_queued",
            "pieces of work",
            "Pieces of work off the event loops that wait for a thread or for memory.",
            Labels.LANE),
    WORK_RUNNING(
            MetricType.GAUGE,
            "policy_engine_work_running",
            "pieces of work",
            "Pieces of work that run off the event loops, on one thread per processor.",
            Labels.LANE),
    WORK_WAIT(
            MetricType.TIMER,
            "policy_engine_work_wait_seconds",
            "seconds",
            "Time that work off the event loops waited before it began.",
            Labels.LANE),
    WORK_DROPPED(
            MetricType.COUNTER,
            "policy_engine_work_dropped_total",
            "pieces of work",
            "Pieces of work off the event loops that never began. `full`: the queue was full. `waited`: the work waited"
                    + " too long. `cancelled`: its result was no longer needed. `too_large`: it needs more memory than"
                    + " the limit.",
            Labels.LANE,
            Labels.DROP_REASON),
    WORK_HELD_BYTES(
            MetricType.GAUGE,
            "policy_engine_work_held_bytes",
            "bytes",
            "Memory reserved for running work off the event loops. The maximum is a quarter of the heap that the engine"
                    + " itself does not need.");

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
