package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Store;
import io.policyengine.testkit.redis.RedisCluster;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store on a cluster, whose slots move, and whose nodes fail. */
class RedisClusterTest {
    private static final List<String> SLOTS =
            IntStream.range(0, 50).mapToObj(i -> "slot-" + i).toList();

    private final RedisCluster cluster = RedisCluster.start();
    private final StoreRig rig =
            new StoreRig("{ mode: cluster, url: '" + cluster.urls().getFirst() + "', timeout_ms: 3000 }");
    private final Store store = rig.store("tests");

    @BeforeEach
    void connect() {
        rig.awaitWorking(store);
    }

    @AfterEach
    void close() {
        rig.close();
        cluster.close();
    }

    @Test
    void findsTheNodeOfEachSlot() {
        for (String slot : SLOTS) {
            assertThat(rig.result(store, Add.one(slot))).isEqualTo(1);
        }

        assertThat(cluster.nodes()).allMatch(node -> !node.run("DBSIZE").equals("0"));
        assertThat(rig.pending()).isZero();
    }

    @Test
    void followsSlotsThatMove() {
        String tag = "slot-0";
        int slot = cluster.slotOf(tag);
        RedisServer from = cluster.ownerOf(slot);
        RedisServer to = cluster.nodes().stream()
                .filter(node -> !node.equals(from))
                .findFirst()
                .orElseThrow();
        assertThat(rig.result(store, Add.one(tag))).isEqualTo(1);

        cluster.beginMove(slot, from, to);
        assertThat(rig.result(store, Add.one(tag))).isEqualTo(2);
        cluster.moveKeys(slot, from, to);
        assertThat(rig.result(store, Add.one(tag))).isEqualTo(3); // by ASK
        to.run("SCRIPT", "FLUSH");
        assertThat(rig.result(store, Add.one(tag))).isEqualTo(4);
        cluster.endMove(slot, to);
        assertThat(rig.result(store, Add.one(tag))).isEqualTo(5); // by MOVED

        assertThat(from.run("CLUSTER", "COUNTKEYSINSLOT", String.valueOf(slot))).isEqualTo("0");
    }

    @Test
    void aNodeThatIsKilledTakesItsOwnSlotsAlone() {
        RedisServer killed = cluster.ownerOf(cluster.slotOf("slot-0"));
        String other = SLOTS.stream()
                .filter(slot -> !cluster.ownerOf(cluster.slotOf(slot)).equals(killed))
                .findFirst()
                .orElseThrow();
        SLOTS.forEach(slot -> rig.result(store, Add.one(slot)));

        killed.kill();
        Await.until("its slots fail", () -> rig.failure(store, Add.one("slot-0")) != null);
        assertThat(rig.failure(store, Add.one(other))).isNull();
        killed.restart();

        Await.until("its slots are back", () -> rig.failure(store, Add.one("slot-0")) == null);
        assertThat(rig.failure(store, Add.one(other))).isNull();
        assertThat(rig.pending()).isZero();
    }
}
