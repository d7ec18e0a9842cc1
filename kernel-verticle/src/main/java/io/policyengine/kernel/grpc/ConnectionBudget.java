package io.policyengine.kernel.grpc;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.vertx.core.http.HttpConnection;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of HTTP connections to the kernel, and its maximum. All event loops share it, since the operating system
 * may give one loop more connections than another. Each connection takes about 6 KiB and a file descriptor until the
 * peer closes it. Thread-safe.
 */
public final class ConnectionBudget {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionBudget.class);

    /** The bytes of heap required per connection of the process: ten times the memory of a connection. */
    private static final long HEAP_PER_CONNECTION = 64 << 10;

    /** Number of connections that may always be open, however small the heap is. */
    private static final int MIN = 512;

    /** Maximum connections to the kernel, however large its heap is. */
    private static final int MAX = 16_384;

    /** The divisor of the number of file descriptors that gives the number usable for connections. */
    private static final int OF_FILES = 2;

    /**
     * Connections beyond the maximum, 1/{@value} of it, may be open to replace unused ones that clients have been asked
     * to close.
     */
    private static final int OF_REPLACEMENTS = 16;

    private static final String ADVICE = "For more Envoys raise the heap (POLICY_ENGINE_HEAP) and the limit on open "
            + "files, or start further instances. If the peers are not Envoys, let only Envoy reach this address, or "
            + "listen at server.socket_path";

    private final int max;
    private final ConnectionMeters meters;
    private final LogThrottle unused;
    private final LogThrottle refused;
    private final AtomicInteger open = new AtomicInteger();
    private final List<LoopConnections> loops = new CopyOnWriteArrayList<>();

    ConnectionBudget(int max, Ticker ticker, ConnectionMeters meters) {
        this.max = max;
        this.meters = meters;
        this.unused = new LogThrottle(ticker, Duration.ofMinutes(1));
        this.refused = new LogThrottle(ticker, Duration.ofMinutes(1));
    }

    /** Creates the budget of this process, with its gauges and counters. */
    public static ConnectionBudget ofProcess(MeterRegistry metrics) {
        ConnectionBudget made =
                new ConnectionBudget(most(MemoryPlan.HERE), Ticker.SYSTEM, ConnectionMeters.in(metrics));
        KernelMetric.CONNECTIONS.gauge(metrics, made.open::get);
        KernelMetric.MAX_CONNECTIONS.gauge(metrics, () -> made.max);
        return made;
    }

    /** Returns the maximum number of connections that the heap and half of this process's file descriptors allow. */
    static int most(MemoryPlan memory) {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        return most(memory, files);
    }

    /** Returns the maximum number of connections of a process with {@code files} file descriptors. */
    static int most(MemoryPlan memory, long files) {
        return (int) Math.min(Math.clamp(memory.heap() / HEAP_PER_CONNECTION, MIN, MAX), files / OF_FILES);
    }

    /**
     * Adds the connections of an event loop. It closes unused ones when another event loop cannot accept a new
     * connection.
     */
    void add(LoopConnections loop) {
        loops.add(loop);
    }

    /** The meters of the connections to the kernel. */
    public ConnectionMeters meters() {
        return meters;
    }

    /** Counts a new connection; returns false, and does not count it, if the maximum is reached. */
    boolean take() {
        return takeUpTo(max);
    }

    /**
     * Counts a new connection that replaces one that is about to be closed. Returns false, and does not count it, if
     * too many replaced connections are still open.
     */
    boolean takeReplacement() {
        return takeUpTo(max + Math.max(1, max / OF_REPLACEMENTS));
    }

    private boolean takeUpTo(int most) {
        int before;
        do {
            before = open.get();
            if (before >= most) {
                return false;
            }
        } while (!open.compareAndSet(before, before + 1));
        return true;
    }

    /** Stops counting a connection that is closed. */
    void release() {
        open.decrementAndGet();
    }

    /** Counts a connection that is closed because it was unused for too long. */
    void closesUnused(HttpConnection connection, Duration idle) {
        meters.unused().increment();
        if (unused.admit().isPresent()) {
            LOG.warn(
                    "policy_kernel.server has reached its maximum of {} connections, and closes unused ones for new "
                            + "ones: the one from {} has not been used for {} ms. {}",
                    max,
                    connection.remoteAddress(),
                    idle.toMillis(),
                    ADVICE);
        }
    }

    /**
     * Counts a new connection that is closed because the maximum is reached. Each event loop then closes one of its own
     * unused connections, so that a later attempt succeeds.
     */
    void refuses(HttpConnection connection) {
        meters.refused().increment();
        loops.forEach(LoopConnections::makeRoom);
        if (refused.admit().isPresent()) {
            LOG.warn(
                    "a connection from {} to policy_kernel.server is refused: the maximum of {} connections is reached,"
                            + " and every connection that was examined on its event loop is in use. {}",
                    connection.remoteAddress(),
                    max,
                    ADVICE);
        }
    }
}
