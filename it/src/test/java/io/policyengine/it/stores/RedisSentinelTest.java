package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Store;
import io.policyengine.testkit.redis.RedisGroup;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.json.JsonArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that Sentinels watch, whose master changes. */
class RedisSentinelTest {
    private final RedisGroup group = RedisGroup.start();
    private final StoreRig rig = new StoreRig("{ mode: sentinel, url: " + new JsonArray(group.urls())
            + ", master_name: " + RedisGroup.MASTER + ", timeout_ms: 500 }");
    private final Store store = rig.store("tests");

    @AfterEach
    void close() {
        rig.close();
        group.close();
    }

    @Test
    void followsTheMasterWhenItIsKilled() {
        RedisServer first = group.master();
        rig.awaitWorking(store);

        first.kill();
        rig.awaitWorking(store);

        assertThat(group.master()).isNotSameAs(first);
        assertThat(rig.pending()).isZero();
    }

    @Test
    void followsTheMasterWhenItHangs() {
        RedisServer first = group.master();
        rig.awaitWorking(store);

        first.hang();
        rig.awaitWorking(store);

        assertThat(group.master()).isNotSameAs(first);
        first.goOn();
        Await.until("nothing waits for it any more", () -> rig.pending() == 0);
    }

    @Test
    void leavesAMasterThatHasBecomeAReplica() {
        RedisServer first = group.master();
        rig.awaitWorking(store);

        group.sentinels().getFirst().run("SENTINEL", "FAILOVER", RedisGroup.MASTER);
        Await.until("the other one is the master", () -> !group.master().equals(first));

        rig.awaitWorking(store);
        assertThat(group.master().run("KEYS", "*")).contains("{probe}");
    }

    @Test
    void asksTheNextSentinelWhereOneHangs() {
        group.sentinels().getFirst().hang();

        rig.awaitWorking(store);

        group.sentinels().getFirst().goOn();
    }
}
