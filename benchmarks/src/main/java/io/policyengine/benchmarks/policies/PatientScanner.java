package io.policyengine.benchmarks.policies;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/** A server that takes what it is sent as {@code clamd} does, and finds nothing: a real one would be measured in place of the policy. */
final class PatientScanner {
    private static final int SESSION = "zIDSESSION\0".length();
    private static final int COMMAND = "zINSTREAM\0".length();

    private PatientScanner() {}

    /** Begins to listen on the loopback; gives the address as policies take it. */
    static String startBlocking(Vertx vertx) {
        NetServer server = vertx.createNetServer()
                .connectHandler(socket -> socket.handler(new Session(socket)::read))
                .listen(0, "127.0.0.1")
                .await();
        return "127.0.0.1:" + server.actualPort();
    }

    /**
     * A connection, which is a session: commands, each followed by slices with their lengths in front, of which an
     * empty one is the last. Each answer has the number of its command.
     */
    private static final class Session {
        private final NetSocket socket;
        private Buffer unread = Buffer.buffer();

        /** Bytes of the slice, or of the command, that are still to come. */
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
