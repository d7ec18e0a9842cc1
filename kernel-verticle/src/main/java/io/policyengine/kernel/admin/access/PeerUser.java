package io.policyengine.kernel.admin.access;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** Who is at the other end of a Unix socket, as the system says (unix(7): SO_PEERCRED). */
public final class PeerUser {
    private PeerUser() {}

    /** The user, such as {@code uid 1000}, or {@code user alice} where the transport tells only names. */
    public static String of(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        try {
            if (channel instanceof EpollDomainSocketChannel socket) {
                return "uid " + socket.peerCredentials().uid();
            }
            UnixDomainPrincipal credentials =
                    channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
            return credentials == null
                    ? "unknown user"
                    : "user " + credentials.user().getName();
        } catch (IOException | UnsupportedOperationException untold) {
            return "unknown user";
        }
    }
}
