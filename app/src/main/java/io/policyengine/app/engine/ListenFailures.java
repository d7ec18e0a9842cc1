package io.policyengine.app.engine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Explains to users why a server could not listen. */
final class ListenFailures {
    private ListenFailures() {}

    /**
     * An address that is listened on.
     *
     * @param key of the configuration that sets the port
     */
    record Listener(String address, int port, String key) {}

    /** The message of a failed start: which address could not be had and what would help. */
    static String explain(Throwable failure, List<Listener> listeners) {
        boolean byNetwork = false;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            // The native transport has an IOException of its own for it.
            byNetwork |= at instanceof IOException;
        }
        if (byNetwork) {
            // The failure does not name the address: the one that cannot be bound now either is the one.
            for (Listener listener : listeners) {
                String why = refusal(listener);
                if (why != null) {
                    return "cannot listen on " + listener.address() + ":" + listener.port() + ": " + why;
                }
            }
        }
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private static @Nullable String refusal(Listener listener) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(listener.address()), listener.port()));
            return null;
        } catch (UnknownHostException e) {
            return "no such address; change the address beside " + listener.key();
        } catch (BindException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.startsWith("Address already in use")) {
                return "address in use; stop the process that listens there, or change " + listener.key();
            }
            return reason + "; change " + listener.key() + " or the address beside it";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
