package io.policyengine.core.net;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * The user of the process at the other end of a Unix socket. The operating system reports it (unix(7): SO_PEERCRED), so
 * the peer cannot forge it.
 */
public sealed interface PeerUser {
    /** A user whose uid is known. */
    record Uid(int uid) implements PeerUser {
        @Override
        public String toString() {
            return "uid " + uid;
        }
    }

    /** A user whose name is known, but not the uid, because the transport reports only the name. */
    record Named(UserPrincipal user) implements PeerUser {
        @Override
        public String toString() {
            return "user " + user.getName();
        }
    }

    /** An unknown user, because the system does not report the user. */
    record Untold(String why) implements PeerUser {
        @Override
        public String toString() {
            return "unknown user";
        }
    }

    /**
     * Returns the user of the connection's peer. Its text is, for example, {@code uid 1000}. Call on the connection's
     * event loop.
     */
    static PeerUser of(HttpConnection connection) {
        return of(Channels.of(connection));
    }

    static PeerUser of(Channel channel) {
        try {
            if (channel instanceof EpollDomainSocketChannel socket) {
                return new Uid(socket.peerCredentials().uid());
            }
            UnixDomainPrincipal credentials =
                    channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
            return credentials == null ? new Untold("the transport does not report it") : new Named(credentials.user());
        } catch (IOException | UnsupportedOperationException failed) {
            return new Untold(String.valueOf(failed.getMessage()));
        }
    }
}
