package io.policyengine.e2e.attack;

import io.policyengine.e2e.harness.OsProcess;
import java.util.Map;

/**
 * What an engine holds at a moment.
 *
 * @param exchanges whose stream is open
 * @param bytes in the account of messages and fields
 * @param work pieces of work beside the event loops, waiting or under way
 * @param workBytes memory that is leased for them
 * @param files file descriptors, without those of Envoy's connections, which stay open
 */
record Holdings(long exchanges, long bytes, long work, long workBytes, long files) {
    static Holdings of(AttackStack stack) {
        OsProcess process = stack.engine().process();
        Map<String, Double> metrics = stack.metrics();
        return new Holdings(
                sum(metrics, "policy_kernel_open_exchanges"),
                sum(metrics, "policy_kernel_buffered_bytes"),
                sum(metrics, "policy_engine_work_queued") + sum(metrics, "policy_engine_work_running"),
                sum(metrics, "policy_engine_work_held_bytes"),
                process.openFiles() - stack.envoy().engineCluster("upstream_cx_active"));
    }

    private static long sum(Map<String, Double> metrics, String name) {
        return metrics.entrySet().stream()
                .filter(sample ->
                        sample.getKey().equals(name) || sample.getKey().startsWith(name + "{"))
                .mapToLong(sample -> sample.getValue().longValue())
                .sum();
    }

    /** True if nothing is held but for a few requests of the good client, and no more files are open than some time before. */
    boolean isNoMoreThan(Holdings before, int goodRequests) {
        return exchanges <= goodRequests
                && bytes <= goodRequests * (8L << 10)
                && work == 0
                && workBytes == 0
                && files <= before.files + FILES_TO_SPARE;
    }

    /** Connections of the probes that look at it, and files of the JVM's that are opened once. */
    private static final int FILES_TO_SPARE = 10;
}
