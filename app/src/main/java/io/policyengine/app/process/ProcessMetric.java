package io.policyengine.app.process;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** The meters of a process and its JVM, which Micrometer makes; docs/reference/metrics.md lists them. */
public enum ProcessMetric {
    /** Uptime. */
    UPTIME("process_uptime_seconds", "gauge", "seconds", "", "Time since the process has started."),
    /** Start. */
    START_TIME("process_start_time_seconds", "gauge", "seconds", "", "Start of the process, since 1970."),
    /** Own use of the processors. */
    CPU_USAGE("process_cpu_usage", "gauge", "share of all processors", "", "Use of the processors by this process."),
    /** Own time on the processors. */
    CPU_TIME("process_cpu_time_ns_total", "counter", "nanoseconds", "", "Processor time that this process has used."),
    /** Processors. */
    CPU_COUNT("system_cpu_count", "gauge", "processors", "", "Processors that the JVM may use."),
    /** Everybody's use of the processors. */
    SYSTEM_CPU_USAGE(
            "system_cpu_usage", "gauge", "share of all processors", "", "Use of the processors by everything."),
    /** Load. */
    LOAD_AVERAGE("system_load_average_1m", "gauge", "tasks", "", "Tasks that run or wait to run, over one minute."),
    /** Memory in use. */
    MEMORY_USED("jvm_memory_used_bytes", "gauge", "bytes", "`area`, `id`", "Memory in use, by pool."),
    /** Memory from the system. */
    MEMORY_COMMITTED(
            "jvm_memory_committed_bytes",
            "gauge",
            "bytes",
            "`area`, `id`",
            "Memory that the system has given, by pool."),
    /** Memory that there may be. */
    MEMORY_MAX(
            "jvm_memory_max_bytes",
            "gauge",
            "bytes",
            "`area`, `id`",
            "Maximum of memory, by pool; -1 without a maximum."),
    /** Buffers. */
    BUFFER_COUNT("jvm_buffer_count_buffers", "gauge", "buffers", "`id`", "Buffers outside of the heap, by pool."),
    /** Memory of buffers. */
    BUFFER_USED(
            "jvm_buffer_memory_used_bytes", "gauge", "bytes", "`id`", "Memory that the JVM uses for these buffers."),
    /** Room of buffers. */
    BUFFER_CAPACITY("jvm_buffer_total_capacity_bytes", "gauge", "bytes", "`id`", "Capacity of these buffers."),
    /** Threads. */
    THREADS_LIVE("jvm_threads_live_threads", "gauge", "threads", "", "Live threads."),
    /** Threads that keep no process alive. */
    THREADS_DAEMON("jvm_threads_daemon_threads", "gauge", "threads", "", "Live daemon threads."),
    /** Maximum of threads. */
    THREADS_PEAK("jvm_threads_peak_threads", "gauge", "threads", "", "Maximum of live threads since the start."),
    /** Threads ever. */
    THREADS_STARTED("jvm_threads_started_threads_total", "counter", "threads", "", "Threads that were ever started."),
    /** Threads by state. */
    THREADS_STATES("jvm_threads_states_threads", "gauge", "threads", "`state`", "Live threads by state."),
    /** Classes. */
    CLASSES_LOADED("jvm_classes_loaded_classes", "gauge", "classes", "", "Classes that are loaded."),
    /** Classes ever. */
    CLASSES_LOADED_EVER(
            "jvm_classes_loaded_count_classes_total", "counter", "classes", "", "Classes that were ever loaded."),
    /** Classes that are gone. */
    CLASSES_UNLOADED("jvm_classes_unloaded_classes_total", "counter", "classes", "", "Classes that were unloaded."),
    /** Memory after a collection. */
    MEMORY_AFTER_GC(
            "jvm_memory_usage_after_gc",
            "gauge",
            "share of the maximum",
            "`area`, `pool`",
            "Heap that was in use after the last collection of the long-lived part."),
    /** Pauses of collections. */
    GC_PAUSE(
            "jvm_gc_pause_seconds",
            "summary",
            "seconds",
            "`action`, `cause`, `gc`",
            "Pauses for collections: `_count`, `_sum`; there is none before the first."),
    /** The longest pause. */
    GC_PAUSE_MAX(
            "jvm_gc_pause_seconds_max",
            "gauge",
            "seconds",
            "`action`, `cause`, `gc`",
            "Maximum of these pauses in the last minutes."),
    /** Memory for new objects. */
    GC_ALLOCATED(
            "jvm_gc_memory_allocated_bytes_total",
            "counter",
            "bytes",
            "",
            "Growth of the heap's part for new objects between collections."),
    /** Memory for old objects. */
    GC_PROMOTED(
            "jvm_gc_memory_promoted_bytes_total",
            "counter",
            "bytes",
            "",
            "Growth of the heap's part for long-lived objects by collections."),
    /** Memory of long-lived objects. */
    GC_LIVE("jvm_gc_live_data_size_bytes", "gauge", "bytes", "", "Long-lived objects after a collection of them."),
    /** Memory that long-lived objects can have. */
    GC_LIVE_MAX("jvm_gc_max_data_size_bytes", "gauge", "bytes", "", "Maximum of the part for long-lived objects."),
    /** Time of collections. */
    GC_OVERHEAD(
            "jvm_gc_overhead",
            "gauge",
            "share of the time",
            "",
            "Time that collections took of the last five minutes."),
    /** Open files. */
    FILES_OPEN("process_files_open_files", "gauge", "files", "", "File descriptors that are open, sockets too."),
    /** Files that may be open. */
    FILES_MAX("process_files_max_files", "gauge", "files", "", "File descriptors that may be open.");

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

    /** Makes all of them. */
    public static void bindTo(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmHeapPressureMetrics().bindTo(registry);
    }

    /** The name, as it is scraped. */
    public String id() {
        return id;
    }

    /** The type that Prometheus knows. */
    public String type() {
        return type;
    }

    /** The row of the page. */
    public String row() {
        return "| `" + id + "` | " + type + " | " + unit + " | " + labels + " | " + doc + " |\n";
    }
}
