package io.policyengine.app.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.policyengine.app.command.Version;

/** The meters of a process and its JVM, most of them from Micrometer; docs/reference/metrics.md lists them. */
public enum ProcessMetric {
    BUILD_INFO(
            "policy_engine_build_info",
            "gauge",
            "1",
            "`version`, `commit`, `java`",
            "Version and commit of the program, and version of its JVM. The value is always 1."),
    UPTIME("process_uptime_seconds", "gauge", "seconds", "", "Time since the start of the process."),
    START_TIME(
            "process_start_time_seconds",
            "gauge",
            "seconds",
            "",
            "Time at which the process started, in seconds" + " since 1970."),
    CPU_USAGE("process_cpu_usage", "gauge", "share of all processors", "", "Use of the processors by this process."),
    CPU_TIME("process_cpu_seconds_total", "counter", "seconds", "", "Processor time that this process has used."),
    CPU_COUNT("system_cpus", "gauge", "processors", "", "Processors that the JVM may use."),
    SYSTEM_CPU_USAGE(
            "system_cpu_usage", "gauge", "share of all processors", "", "Use of the processors by the whole system."),
    LOAD_AVERAGE(
            "system_load_average_1m",
            "gauge",
            "tasks",
            "",
            "Mean number of tasks that run or wait to run, over" + " one minute."),
    MEMORY_USED("jvm_memory_used_bytes", "gauge", "bytes", "`area`, `id`", "Memory in use, by pool."),
    MEMORY_COMMITTED(
            "jvm_memory_committed_bytes", "gauge", "bytes", "`area`, `id`", "Memory committed by the system, by pool."),
    MEMORY_MAX(
            "jvm_memory_max_bytes",
            "gauge",
            "bytes",
            "`area`, `id`",
            "Maximum size of memory, by pool. -1: there is no maximum."),
    BUFFER_COUNT("jvm_buffer_count_buffers", "gauge", "buffers", "`id`", "Buffers outside of the heap, by pool."),
    BUFFER_USED(
            "jvm_buffer_memory_used_bytes",
            "gauge",
            "bytes",
            "`id`",
            "Memory that the JVM uses for buffers outside of" + " the heap, by pool."),
    BUFFER_CAPACITY(
            "jvm_buffer_total_capacity_bytes",
            "gauge",
            "bytes",
            "`id`",
            "Capacity of the buffers outside of" + " the heap, by pool."),
    THREADS_LIVE("jvm_threads_live_threads", "gauge", "threads", "", "Live threads."),
    THREADS_DAEMON("jvm_threads_daemon_threads", "gauge", "threads", "", "Live daemon threads."),
    THREADS_PEAK("jvm_threads_peak_threads", "gauge", "threads", "", "Maximum number of live threads since the start."),
    THREADS_STARTED(
            "jvm_threads_started_threads_total",
            "counter",
            "threads",
            "",
            "Threads that have been started" + " since the start of the process."),
    THREADS_STATES("jvm_threads_states_threads", "gauge", "threads", "`state`", "Live threads by state."),
    CLASSES_LOADED("jvm_classes_loaded_classes", "gauge", "classes", "", "Classes that are loaded."),
    CLASSES_LOADED_EVER(
            "jvm_classes_loaded_count_classes_total",
            "counter",
            "classes",
            "",
            "Classes that have been loaded since" + " the start of the process."),
    CLASSES_UNLOADED("jvm_classes_unloaded_classes_total", "counter", "classes", "", "Classes that were unloaded."),
    MEMORY_AFTER_GC(
            "jvm_memory_usage_after_gc",
            "gauge",
            "share of the maximum",
            "`area`, `pool`",
            "Share of the heap that was in use after the last garbage collection of the old generation."),
    GC_PAUSE(
            "jvm_gc_pause_seconds",
            "summary",
            "seconds",
            "`action`, `cause`, `gc`",
            "Pauses for garbage collections (`_count` and `_sum`). Absent before the first pause."),
    GC_PAUSE_MAX(
            "jvm_gc_pause_seconds_max",
            "gauge",
            "seconds",
            "`action`, `cause`, `gc`",
            "Longest pause for a garbage collection in the last minutes."),
    GC_ALLOCATED(
            "jvm_gc_memory_allocated_bytes_total",
            "counter",
            "bytes",
            "",
            "Bytes by which the young generation grew between garbage collections."),
    GC_PROMOTED(
            "jvm_gc_memory_promoted_bytes_total",
            "counter",
            "bytes",
            "",
            "Bytes by which garbage collections let the old generation grow."),
    GC_LIVE(
            "jvm_gc_live_data_size_bytes",
            "gauge",
            "bytes",
            "",
            "Size of the old generation after its last garbage" + " collection."),
    GC_LIVE_MAX("jvm_gc_max_data_size_bytes", "gauge", "bytes", "", "Maximum size of the old generation."),
    GC_OVERHEAD(
            "jvm_gc_overhead",
            "gauge",
            "share of the time",
            "",
            "Share of the last five minutes in which garbage collections ran."),
    FILES_OPEN("process_files_open_files", "gauge", "files", "", "Open file descriptors, including sockets."),
    FILES_MAX("process_files_max_files", "gauge", "files", "", "Maximum number of open file descriptors.");

    private final String id;
    private final String type;
    private final String unit;
    private final String labels;
    private final String doc;

    ProcessMetric(String id, String type, String unit, String labels, String doc) {
        this.id = id;
        this.type = type;
        this.unit = unit;
        this.labels = labels;
        this.doc = doc;
    }

    public static void bindTo(MeterRegistry registry) {
        Gauge.builder("policy.engine.build.info", () -> 1)
                .description(BUILD_INFO.doc)
                .tag("version", Version.text())
                .tag("commit", Version.commit())
                .tag("java", Version.java())
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        renameProcessorMeters(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmHeapPressureMetrics().bindTo(registry);
    }

    /** Replaces two of Micrometer's meters, since Prometheus' promtool rejects their names. */
    private static void renameProcessorMeters(MeterRegistry registry) {
        registry.remove(registry.get("process.cpu.time").meter());
        registry.remove(registry.get("system.cpu.count").meter());
        FunctionCounter.builder("process.cpu.seconds", ProcessHandle.current(), ProcessMetric::processorSeconds)
                .description(CPU_TIME.doc)
                .register(registry);
        Gauge.builder("system.cpus", Runtime.getRuntime(), Runtime::availableProcessors)
                .description(CPU_COUNT.doc)
                .register(registry);
    }

    private static double processorSeconds(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e9)
                .orElse(0.0);
    }

    /** Returns the name of the meter as scraped by Prometheus. */
    public String id() {
        return id;
    }

    public String type() {
        return type;
    }

    /** Returns the meter's row in docs/reference/metrics.md. */
    public String row() {
        return "| `" + id + "` | " + type + " | " + unit + " | " + labels + " | " + doc + " |\n";
    }
}
