package io.policyengine.it.simulation.net;

import io.netty.channel.ChannelFuture;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Unix domain sockets without a kernel: who listens, and connections whose bytes take time. Whatever a wire does is drawn from the
 * seed and the connection's number, so that what happens elsewhere changes nothing about it.
 */
public final class VirtualNetwork {
    private final VirtualLoop loop;
    private final VirtualClock clock;
    private final Map<UnixDomainSocketAddress, VirtualServerChannel> servers = new HashMap<>();
    private final List<Connection> connections = new ArrayList<>();
    private final Set<String> stalled = new HashSet<>();
    private final Map<String, Integer> connected = new HashMap<>();
    private long seed;

    /** Both directions between a client and a server. */
    private record Connection(String path, VirtualChannel client, VirtualChannel server, Wire toClient, Wire toServer) {
        boolean isOpen() {
            return client.isOpen() || server.isOpen();
        }
    }

    VirtualNetwork(VirtualLoop loop, VirtualClock clock) {
        this.loop = loop;
        this.clock = clock;
    }

    /** Begins again; nothing is connected. */
    void reset(long newSeed) {
        seed = newSeed;
        connections.clear();
        stalled.clear();
        connected.clear();
    }

    /** Cuts all connections to a socket, with what is under way. Both ends notice, each in its time. */
    public void cut(String path) {
        of(path).forEach(connection -> {
            connection.toServer().cut();
            connection.toClient().cut();
        });
    }

    /** Whoever listens on a socket stands still, as by SIGSTOP: connections stay, nothing arrives and nothing leaves. */
    public void stall(String path, boolean on) {
        if (on ? stalled.add(path) : stalled.remove(path)) {
            of(path).forEach(connection -> {
                connection.toServer().stall(on);
                connection.toClient().stall(on);
            });
        }
    }

    /** Whoever listens on a socket dies, as by SIGKILL. */
    public void kill(String path) {
        VirtualServerChannel server = servers.get(UnixDomainSocketAddress.of(path));
        if (server != null) {
            ChannelFuture _ = server.close();
        }
        stalled.remove(path);
        List<Connection> lost = of(path);
        lost.forEach(connection -> connection.toClient().cut());
        for (Connection connection : lost) {
            ChannelFuture _ = connection.server().close();
        }
    }

    private List<Connection> of(String path) {
        connections.removeIf(connection -> !connection.isOpen());
        return connections.stream()
                .filter(connection -> connection.path().equals(path))
                .toList();
    }

    void listen(UnixDomainSocketAddress address, VirtualServerChannel server) {
        servers.put(address, server);
    }

    void listenNoMore(UnixDomainSocketAddress address, VirtualServerChannel server) {
        servers.remove(address, server);
    }

    void connect(VirtualChannel client, UnixDomainSocketAddress address, Consumer<Boolean> told) {
        String path = address.getPath().toString();
        String server = path.substring(path.lastIndexOf('/') + 1);
        SplittableRandom random =
                new SplittableRandom(seed * 31 + server.hashCode() + 7_919L * connected.merge(path, 1, Integer::sum));
        loop.after(Delays.ofDelivery(random), () -> {
            @Nullable VirtualServerChannel listening = servers.get(address);
            if (listening == null || !client.isOpen()) {
                told.accept(false);
                return;
            }
            VirtualChannel accepted = VirtualChannel.accepted(this, listening);
            Wire toServer = new Wire(loop, clock, random.split(), accepted);
            Wire toClient = new Wire(loop, clock, random.split(), client);
            client.joins(address, toServer);
            accepted.joins(address, toClient);
            toServer.stall(stalled.contains(path));
            toClient.stall(stalled.contains(path));
            connections.add(new Connection(path, client, accepted, toClient, toServer));
            listening.accept(accepted);
            told.accept(true);
        });
    }
}
