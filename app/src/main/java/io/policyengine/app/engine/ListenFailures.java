package io.policyengine.app.engine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class ListenFailures {
    private ListenFailures() {}

    record Listener(String address, int port, String key) {}

    /** Returns the message of a failed start: the address that is not available, and the remedy. */
    static String explain(Throwable failure, List<Listener> listeners) {
        boolean byNetwork = false;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            // The native transport throws its own IOException.
            byNetwork |= at instanceof IOException;
        }
        if (byNetwork) {
            // The failure does not name the address, so each address is tried again.
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
            return "no such address; change the address next to " + listener.key();
        } catch (BindException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.startsWith("Address already in use")) {
                return "address in use; stop the process that listens there, or change " + listener.key();
            }
            return reason + "; change " + listener.key() + " or the address next to it";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
