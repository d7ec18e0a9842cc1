package io.policyengine.core.net;

import io.netty.channel.Channel;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks the uid of the peer on a Unix domain socket, as {@link PeerUser} reports it. A peer whose user is unknown is
 * refused.
 *
 * @param expected the required uid; root is permitted too, because it may become any user
 * @param peer the peer's description for messages: {@code the worker at /run/w.sock}
 * @param key the configuration key that changes the required uid, for messages
 */
public record PeerCheck(int expected, String peer, String key) {
    private static final Map<Integer, UserPrincipal> PRINCIPALS = new ConcurrentHashMap<>();

    /**
     * Returns a check that requires the configured uid.
     *
     * @param configured null to require the uid of this process
     */
    public static PeerCheck of(@Nullable Integer configured, String peer, String key) {
        return new PeerCheck(configured == null ? ProcessUser.uid() : configured, peer, key);
    }

    /**
     * Returns the reason why this peer is refused, as text for an operator, or null if it is accepted. Call on the
     * connection's event loop.
     */
    public @Nullable String refusal(HttpConnection connection) {
        return refusal(Channels.of(connection));
    }

    /** Closes a connection at once and discards unread input. Call on the connection's event loop. */
    @SuppressWarnings("FutureReturnValueIgnored") // its handlers are notified
    public static void cut(HttpConnection connection) {
        Channel channel = Channels.of(connection);
        channel.config().setAutoRead(false);
        channel.close();
    }

    @Nullable
    String refusal(Channel channel) {
        return switch (PeerUser.of(channel)) {
            case PeerUser.Uid user -> user.uid() == expected || user.uid() == ProcessUser.ROOT ? null : refused(user);
            case PeerUser.Named user -> refusalOf(user);
            case PeerUser.Untold(String why) -> untold(why);
        };
    }

    private @Nullable String refusalOf(PeerUser.Named peerUser) {
        try {
            UserPrincipal user = peerUser.user();
            return user.equals(principal(expected)) || user.equals(principal(ProcessUser.ROOT))
                    ? null
                    : refused(peerUser);
        } catch (IOException | UnsupportedOperationException failed) {
            return untold(String.valueOf(failed.getMessage()));
        }
    }

    /** Resolves a uid. The result is cached because the lookup may read files. */
    private static UserPrincipal principal(int uid) throws IOException {
        UserPrincipal known = PRINCIPALS.get(uid);
        if (known == null) {
            // The lookup accepts a uid in digits.
            known = FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(String.valueOf(uid));
            PRINCIPALS.put(uid, known);
        }
        return known;
    }

    private String refused(PeerUser actual) {
        return peer + " runs as " + actual + ", but uid " + expected + " is expected: run it as that user, or set "
                + key + " to accept this user";
    }

    private String untold(String why) {
        return "the user that " + peer + " runs as is unknown (" + why + "), but uid " + expected + " is expected";
    }
}
