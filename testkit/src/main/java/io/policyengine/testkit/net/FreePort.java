package io.policyengine.testkit.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a server that a test starts and may restart. It lies below the range of outgoing connections, so that no
 * connection takes it while the server is down.
 */
public final class FreePort {
    private static final int FIRST = 15_000;
    /** The first port of outgoing connections on Linux, unless it is configured otherwise. */
    private static final int AFTER_LAST = 32_768;

    private static final int TRIES = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * A port of TCP on which nothing listens now, and which this process gives once only.
     *
     * @throws AssertionError if none is found
     */
    public static int next() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, AFTER_LAST);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new AssertionError("no free port from " + FIRST + " to " + (AFTER_LAST - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException expected) {
            return false;
        }
    }
}
