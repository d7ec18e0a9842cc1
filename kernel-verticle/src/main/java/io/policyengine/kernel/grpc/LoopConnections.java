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
 * The HTTP connections of one event loop; before, they are {@link PendingConnections}. Each takes some 6 KiB and a file
 * descriptor for as long as the peer wants. At the limit a connection without open streams is closed, preferably the
 * least used since the last check; else the new one is. No cost per stream. Confined to its event loop.
 */
public final class LoopConnections {
    private static final Logger LOG = LoggerFactory.getLogger(LoopConnections.class);

    /** Bytes of the heap for each connection of the process: ten times what it takes. */
    private static final long HEAP_PER_CONNECTION = 64 << 10;

    private static final int MIN = 512;
    private static final int MAX = 16_384;

    /** The part of the files that may be open, as a divisor. */
    private static final int OF_FILES = 2;

    /** Connections that are looked at for one that makes room. */
    private static final int LOOKS = 64;

    private final int max;
    private final ConnectionMeters meters;
    private final UnverifiedPeers unverifiedPeers;
    private final LogThrottle told = new LogThrottle(Ticker.SYSTEM, Duration.ofMinutes(1));
    /** The last stream number of each connection at its last check, most recently checked last. */
    private final Map<HttpConnection, Integer> open = new LinkedHashMap<>();

    /** Creates an empty set for one event loop of a process with this division of its heap. */
    public LoopConnections(MemoryPlan memory, Ticker ticker, ConnectionMeters meters) {
        this(most(memory) / memory.loops(), ticker, meters);
    }

    /** Creates an empty set with another limit. */
    LoopConnections(int max, Ticker ticker, ConnectionMeters meters) {
        this.max = max;
        this.unverifiedPeers = new UnverifiedPeers(ticker);
        this.meters = meters;
    }

    /**
     * Returns the limit of all event loops: what the heap allows, and at most half of the file descriptors of this
     * process.
     */
    static int most(MemoryPlan memory) {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        return most(memory, files);
    }

    /** Returns the limit of all event loops of a process with so many file descriptors. */
    static int most(MemoryPlan memory, long files) {
        return (int) Math.min(Math.clamp(memory.heap() / HEAP_PER_CONNECTION, MIN, MAX), files / OF_FILES);
    }

    /** A connection was taken; false if there is no room for it, and it is closed. */
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

    /** A connection is closed. */
    public void closed(HttpConnection connection) {
        open.remove(connection);
    }

    /** Closes, of some that have no open stream, the one on which fewest were opened since it was looked at last. */
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
                    "a connection from {} to policy_kernel.server is refused: streams are open on all of the {} that there may be on an event "
                            + "loop. Let nobody but Envoy reach this address, or listen at server.socket_path; for more Envoys "
                            + "raise the heap (POLICY_ENGINE_HEAP) and the limit of open files",
                    connection.remoteAddress(),
                    max);
        }
    }

    private static int lastStream(HttpConnection connection) {
        Http2Connection http = http2(connection);
        return http == null ? 0 : http.remote().lastStreamCreated();
    }

    /**
     * Releases frames after each read from the socket. Netty does so after sixteen reads, and would hold a megabyte of
     * a fast sender until a frame is complete.
     */
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

    /** Null for a connection of an older HTTP, which the engine does not speak. */
    private static @Nullable Http2Connection http2(HttpConnection connection) {
        Http2ConnectionHandler handler = handler(connection);
        return handler == null ? null : handler.connection();
    }

    private static @Nullable Http2ConnectionHandler handler(HttpConnection connection) {
        return Channels.http2(connection);
    }
}
