package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.worker.store.connection.StoreAddress;
import io.policyengine.worker.store.connection.StoreConnection;
import io.policyengine.worker.store.connection.StoreConnections;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of a Redis Cluster and their slots, as known to one event loop. An operation on an unknown slot goes to any
 * node, which redirects it. A permanent redirection updates the slot at once; then the whole table of slots is read
 * again, by one query at a time. The number of nodes is bounded by {@link #MAX_NODES}; nodes without slots are closed.
 */
final class Cluster implements Topology {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Maximum number of nodes of a cluster, as in the Redis Cluster specification. */
    private static final int MAX_NODES = 1_000;

    private static final Duration REPLY = Duration.ofMillis(500);
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final NodeContext loop;
    private final StoreConnections links;
    private final List<StoreAddress> seeds;
    private final Map<String, RedisNode> nodes = new HashMap<>();
    private final @Nullable RedisNode[] slots = new RedisNode[HashSlot.COUNT];
    private int turn;
    private boolean isReading;
    private boolean isClosed;
    private long nextReading;

    Cluster(NodeContext loop, StoreConnections links, List<StoreAddress> seeds) {
        this.loop = loop;
        this.links = links;
        this.seeds = seeds;
        this.nextReading = loop.now();
        seeds.forEach(this::node);
    }

    private RedisNode node(StoreAddress endpoint) {
        String address = endpoint.address();
        RedisNode known = nodes.get(address);
        if (known != null) {
            return known;
        }
        if (nodes.size() >= MAX_NODES) {
            return nodes.values().iterator().next();
        }
        RedisNode node = new RedisNode(loop, address, () -> links.open(loop.context(), endpoint), this::doubt);
        nodes.put(address, node);
        return node;
    }

    @Override
    public RedisNode of(String tag) {
        RedisNode owner = slots[HashSlot.of(tag)];
        if (owner != null) {
            return owner;
        }
        doubt();
        return candidates().getFirst();
    }

    @Override
    public RedisNode redirected(String tag, String address, StoreConnection by, boolean forGood) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, Math.max(0, colon));
        RedisNode node;
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            // An empty host means the redirecting node itself.
            node = node(by.endpoint().at(host.isEmpty() ? by.endpoint().host() : host, port));
        } catch (NumberFormatException malformed) {
            return of(tag);
        }
        if (forGood) {
            slots[HashSlot.of(tag)] = node;
            doubt();
        }
        return node;
    }

    @Override
    public void doubt() {
        if (!isReading && !isClosed && loop.now() - nextReading >= 0) {
            isReading = true;
            read(candidates(), 0);
        }
    }

    /** Returns the nodes in the order in which they are tried: connected nodes first. Each call rotates the order. */
    private List<RedisNode> candidates() {
        List<RedisNode> all = new ArrayList<>(nodes.values());
        Collections.rotate(all, turn++);
        all.sort(Comparator.comparing(node -> !node.isConnected()));
        return all;
    }

    private void read(List<RedisNode> from, int index) {
        if (index == from.size()) {
            isReading = false;
            nextReading = loop.now() + BETWEEN.toNanos();
            return;
        }
        from.get(index).ask(new ConnectionWaiter() {
            @Override
            public void connected(StoreConnection link) {
                StoreException late = new StoreException(
                        Kind.TIMEOUT, loop.store(), "the cluster node sent no table of" + " slots in time");
                loop.ask(link, Request.cmd(Command.CLUSTER).arg("SLOTS"), REPLY, late)
                        .onComplete(reply -> taken(link, reply, from, index), _ -> read(from, index + 1));
            }

            @Override
            public void unconnected(StoreException failure) {
                read(from, index + 1);
            }
        });
    }

    private void taken(StoreConnection by, @Nullable Response reply, List<RedisNode> from, int index) {
        if (isClosed || reply == null || reply.size() == 0) {
            read(from, index + 1);
            return;
        }
        try {
            closeOthers(owners(by, reply));
        } catch (RuntimeException malformed) {
            // Any part of the reply may be missing, or not a number.
            LOG.atDebug()
                    .setCause(malformed)
                    .log("a cluster node sent a malformed table of slots; the next node is queried");
            read(from, index + 1);
            return;
        }
        isReading = false;
        nextReading = loop.now() + BETWEEN.toNanos();
    }

    private Set<RedisNode> owners(StoreConnection by, Response table) {
        Set<RedisNode> owners = new HashSet<>();
        for (int i = 0; i < table.size(); i++) {
            Response range = table.get(i);
            Response master = range.get(2);
            String host = master.get(0) == null ? "" : master.get(0).toString();
            RedisNode owner = node(by.endpoint()
                    .at(
                            host.isEmpty() || host.equals("?") ? by.endpoint().host() : host,
                            Math.toIntExact(Replies.whole(master.get(1)))));
            owners.add(owner);
            long last = Math.min(Replies.whole(range.get(1)), HashSlot.COUNT - 1);
            for (int slot = Math.toIntExact(Math.max(0, Replies.whole(range.get(0)))); slot <= last; slot++) {
                slots[slot] = owner;
            }
        }
        return owners;
    }

    private void closeOthers(Set<RedisNode> owners) {
        Set<String> kept = new HashSet<>();
        seeds.forEach(seed -> kept.add(seed.address()));
        for (int slot = 0; slot < slots.length; slot++) {
            RedisNode owner = slots[slot];
            if (owner != null && !owners.contains(owner)) {
                slots[slot] = null;
            }
        }
        nodes.values().removeIf(node -> {
            boolean isGone = !owners.contains(node) && !kept.contains(node.name());
            if (isGone) {
                node.close();
                loop.breakers().forget(node.name());
            }
            return isGone;
        });
    }

    @Override
    public void close() {
        isClosed = true;
        nodes.values().forEach(RedisNode::close);
    }
}
