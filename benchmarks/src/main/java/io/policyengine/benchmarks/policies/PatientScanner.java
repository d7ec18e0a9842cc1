package io.policyengine.benchmarks.policies;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/**
 * A server with the protocol of {@code clamd} that finds nothing. A real scanner is not used, since its time would
 * dominate.
 */
final class PatientScanner {
    private static final int SESSION = "zIDSESSION\0".length();
    private static final int COMMAND = "zINSTREAM\0".length();

    private PatientScanner() {}

    /** Starts listening on loopback and returns the address, as policies write it. */
    static String startBlocking(Vertx vertx) {
        NetServer server = vertx.createNetServer()
                .connectHandler(socket -> socket.handler(new Session(socket)::read))
                .listen(0, "127.0.0.1")
                .await();
        return "127.0.0.1:" + server.actualPort();
    }

    /**
     * A session of commands on one connection. Each command is followed by length-prefixed slices, the last one empty.
     * Each answer has the number of its command.
     */
    private static final class Session {
        private final NetSocket socket;
        private Buffer unread = Buffer.buffer();

        /** The number of missing bytes of the current slice or command. */
        private long left = SESSION + COMMAND;

        private int commands;

        Session(NetSocket socket) {
            this.socket = socket;
        }

        void read(Buffer data) {
            unread = unread.length() == 0 ? data : unread.copy().appendBuffer(data);
            int at = 0;
            while (true) {
                int taken = (int) Math.min(left, unread.length() - at);
                at += taken;
                left -= taken;
                if (left > 0 || unread.length() - at < Integer.BYTES) {
                    break;
                }
                left = unread.getUnsignedInt(at);
                at += Integer.BYTES;
                if (left == 0) {
                    left = COMMAND;
                    commands++;
                    socket.write(Buffer.buffer((commands + ": stream: OK\0").getBytes(StandardCharsets.US_ASCII)));
                }
            }
            unread = unread.getBuffer(at, unread.length());
        }
    }
}
