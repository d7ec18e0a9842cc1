package io.policyengine.kernel.grpc;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Channels;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.vertx.core.http.HttpConnection;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP connections of one event loop. Before HTTP begins on a connection, {@link PendingConnections} holds it. Each
 * connection takes some 6 KiB and a file descriptor as long as the peer wants. At the limit, the least used connection
 * without open streams is closed. If all connections have open streams, the new connection is closed. No cost per
 * stream. Confined to its event loop.
 */
public final class LoopConnections {
    private static final Logger LOG = LoggerFactory.getLogger(LoopConnections.class);

    /** The bytes of heap that must exist for each connection of the process: ten times the size of a connection. */
    private static final long HEAP_PER_CONNECTION = 64 << 10;

    /** Number of connections that may always be open, however small the heap is. */
    private static final int MIN = 512;

    /** Maximum connections to the kernel, however large its heap is. */
    private static final int MAX = 16_384;

    /**
     * The maximum number of connections is at most the number of the process's file descriptors divided by this number.
     */
    private static final int OF_FILES = 2;

    /** Maximum connections examined when one has to be closed. */
    private static final int LOOKS = 64;

    private final int max;
    private final ConnectionMeters meters;
    private final UnverifiedPeers unverifiedPeers;
    private final LogThrottle told = new LogThrottle(Ticker.SYSTEM, Duration.ofMinutes(1));
    /** The open connections, least recently checked first, each with the number of its last stream at that check. */
    private final Map<HttpConnection, Integer> open = new LinkedHashMap<>();

    /** Creates an empty set for one event loop; the memory plan gives the maximum. */
    public LoopConnections(MemoryPlan memory, Ticker ticker, ConnectionMeters meters) {
        this(most(memory) / memory.loops(), ticker, meters);
    }

    LoopConnections(int max, Ticker ticker, ConnectionMeters meters) {
        this.max = max;
        this.unverifiedPeers = new UnverifiedPeers(ticker);
        this.meters = meters;
    }

    /**
     * Returns the maximum connections of all event loops together that the heap and half of this process's file
     * descriptors allow.
     */
    static int most(MemoryPlan memory) {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        return most(memory, files);
    }

    /**
     * Returns the maximum connections of all event loops together, for a process with {@code files} file descriptors.
     */
    static int most(MemoryPlan memory, long files) {
        return (int) Math.min(Math.clamp(memory.heap() / HEAP_PER_CONNECTION, MIN, MAX), files / OF_FILES);
    }

    /** Adds a connection; returns false, and closes the new connection, if there is no room. */
    public boolean opened(HttpConnection connection) {
        if (open.size() >= max && !makeRoom()) {
            refuse(connection);
            return false;
        }
        open.put(connection, 0);
        keepOneFrame(connection);
        unverifiedPeers.met(connection);
        return true;
    }

    public void closed(HttpConnection connection) {
        open.remove(connection);
    }

    /**
     * Closes one connection of a sample: the connection without open streams that has opened the fewest streams since
     * its last check. Returns false if all connections of the sample have open streams.
     */
    private boolean makeRoom() {
        HttpConnection least = null;
        int fewest = Integer.MAX_VALUE;
        for (int looks = Math.min(LOOKS, open.size()); looks > 0 && fewest > 0; looks--) {
            Iterator<Map.Entry<HttpConnection, Integer>> all = open.entrySet().iterator();
            Map.Entry<HttpConnection, Integer> first = all.next();
            HttpConnection connection = first.getKey();
            int before = first.getValue();
            all.remove();
            int last = lastStream(connection);
            open.put(connection, last);
            if (last - before < fewest && !hasOpenStream(connection)) {
                least = connection;
                fewest = last - before;
            }
        }
        if (least != null) {
            open.remove(least);
            least.close();
            meters.unused().increment();
        }
        return least != null;
    }

    private void refuse(HttpConnection connection) {
        connection.close();
        meters.refused().increment();
        if (told.admit().isPresent()) {
            LOG.warn(
                    "a connection from {} to policy_kernel.server is refused: the event loop has reached its "
                            + "maximum of {} connections, and every connection that was examined has open streams. "
                            + "Let only Envoy reach this address, or listen at server.socket_path; for more "
                            + "Envoys raise the heap (POLICY_ENGINE_HEAP) and the limit on open files",
                    connection.remoteAddress(),
                    max);
        }
    }

    private static int lastStream(HttpConnection connection) {
        Http2Connection http = http2(connection);
        return http == null ? 0 : http.remote().lastStreamCreated();
    }

    /** Makes Netty release frames after each read. Its default of sixteen reads may hold a megabyte per sender. */
    private static void keepOneFrame(HttpConnection connection) {
        Http2ConnectionHandler handler = handler(connection);
        if (handler != null) {
            handler.setDiscardAfterReads(1);
        }
    }

    private static boolean hasOpenStream(HttpConnection connection) {
        Http2Connection http = http2(connection);
        return http != null && http.numActiveStreams() > 0;
    }

    /** Returns the HTTP/2 connection, or null for HTTP/1, which the engine does not speak. */
    private static @Nullable Http2Connection http2(HttpConnection connection) {
        Http2ConnectionHandler handler = handler(connection);
        return handler == null ? null : handler.connection();
    }

    private static @Nullable Http2ConnectionHandler handler(HttpConnection connection) {
        return Channels.http2(connection);
    }
}
