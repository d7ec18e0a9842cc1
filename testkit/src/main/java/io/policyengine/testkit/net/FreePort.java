package io.policyengine.testkit.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses ports for restartable test servers. They are below the ephemeral range, so that no outgoing connection uses
 * them.
 */
public final class FreePort {
    private static final int FIRST = 15_000;
    /** The first port of Linux's default ephemeral range; only lower ports are chosen. */
    private static final int AFTER_LAST = 32_768;

    private static final int TRIES = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * Returns a TCP port on which nothing listens and which this process has not returned before.
     *
     * @throws AssertionError if no such port is found
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
