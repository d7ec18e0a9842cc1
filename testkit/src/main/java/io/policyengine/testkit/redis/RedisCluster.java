package io.policyengine.testkit.redis;

import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.redis.RedisServer.Kind;
import io.policyengine.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;

/** A Redis Cluster of three nodes, each with a third of the slots. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {
        List<Integer> busPorts = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            busPorts.add(FreePort.next());
            nodes.add(RedisServer.start(
                    FreePort.next(),
                    Kind.PLAIN,
                    List.of(
                            "--cluster-enabled",
                            "yes",
                            "--cluster-port",
                            String.valueOf(busPorts.getLast()),
                            "--cluster-node-timeout",
                            "1000",
                            "--cluster-require-full-coverage",
                            "no")));
        }
        for (int i = 0; i < NODES; i++) {
            int from = SLOTS * i / NODES;
            int to = SLOTS * (i + 1) / NODES - 1;
            nodes.get(i).run("CLUSTER", "ADDSLOTSRANGE", String.valueOf(from), String.valueOf(to));
            nodes.getFirst()
                    .run(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            String.valueOf(nodes.get(i).port()),
                            String.valueOf(busPorts.get(i)));
        }
        awaitReady();
    }

    /** Starts a cluster and waits until it is ready. */
    public static RedisCluster start() {
        return new RedisCluster();
    }

    /** Waits until each node reports that all slots are served. */
    public void awaitReady() {
        Await.until("the cluster is ready", () -> nodes.stream().allMatch(RedisCluster::isReady));
    }

    private static boolean isReady(RedisServer node) {
        String info = node.run("CLUSTER", "INFO");
        return info.contains("cluster_state:ok")
                && info.contains("cluster_slots_ok:" + SLOTS)
                && info.contains("cluster_known_nodes:" + NODES);
    }

    public List<RedisServer> nodes() {
        return nodes;
    }

    public List<String> urls() {
        return nodes.stream().map(RedisServer::url).toList();
    }

    /** Returns the slot of keys with this tag. */
    public int slotOf(String tag) {
        return Integer.parseInt(nodes.getFirst().run("CLUSTER", "KEYSLOT", "{" + tag + "}"));
    }

    /** Returns the node that owned the slot when the cluster started. */
    public RedisServer ownerOf(int slot) {
        for (int i = NODES - 1; i > 0; i--) {
            if (slot >= SLOTS * i / NODES) {
                return nodes.get(i);
            }
        }
        return nodes.getFirst();
    }

    /** Begins to move a slot. New keys are created on {@code to}; existing keys stay until {@link #moveKeys}. */
    public void beginMove(int slot, RedisServer from, RedisServer to) {
        to.run("CLUSTER", "SETSLOT", String.valueOf(slot), "IMPORTING", idOf(from));
        from.run("CLUSTER", "SETSLOT", String.valueOf(slot), "MIGRATING", idOf(to));
    }

    /** Moves at most 1,000 existing keys of a slot. */
    public void moveKeys(int slot, RedisServer from, RedisServer to) {
        from.run("CLUSTER", "GETKEYSINSLOT", String.valueOf(slot), "1000")
                .lines()
                .filter(key -> !key.isBlank())
                .forEach(key -> from.run("MIGRATE", "127.0.0.1", String.valueOf(to.port()), key, "0", "5000"));
    }

    /** Ends the move of a slot and makes {@code to} its owner. */
    public void endMove(int slot, RedisServer to) {
        nodes.forEach(node -> node.run("CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", idOf(to)));
    }

    private static String idOf(RedisServer node) {
        return node.run("CLUSTER", "MYID");
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
