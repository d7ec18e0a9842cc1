package io.policyengine.it.stores;

import static io.policyengine.it.stores.StoreRig.connections;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.vertx.EventLoops;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import org.junit.jupiter.api.Test;

/** The first operation on a store, before requests. */
class StoreWarmUpTest {
    @Test
    void connectsAndRunsAScriptOnceForEachEventLoop() {
        try (RedisServer server = RedisServer.start();
                StoreRig rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 5000 }")) {
            StoreRig.loadClasses(server);
            Stores.Use use = rig.use("tests");

            rig.warmUp();
            long connected = connections(server);
            rig.warmUp();

            assertThat(EventLoops.of(rig.vertx)).hasSize(Math.toIntExact(connected));
            assertThat(server.run("INFO", "commandstats")).contains("cmdstat_eval:", "cmdstat_evalsha:");
            assertThat(server.run("DBSIZE").strip()).isEqualTo("0");
            assertThat(rig.pending()).isZero();
            assertThat(rig.result(use.store(), Add.one("alice"))).isEqualTo(1);
            assertThat(connections(server)).isEqualTo(connected);
        }
    }

    @Test
    void aStoreThatIsAwayIsNotWaitedFor() {
        RedisServer server = RedisServer.start();
        String url = server.url();
        server.close();
        try (StoreRig rig = new StoreRig("{ url: '" + url + "' }")) {
            Stores.Use use = rig.use("tests");

            rig.warmUp();

            assertThat(use.unwellBecause()).isNull();
            assertThat(rig.isBreakerOpen()).isFalse();
            assertThat(rig.failure(use.store(), Add.one("alice"))).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsWaitedForOnlyForAWhile() {
        Vertx vertx = Vertx.vertx();
        NetServer silent =
                Await.result(vertx.createNetServer().connectHandler(_ -> {}).listen(0, "127.0.0.1"));
        try (StoreRig rig = new StoreRig("{ url: 'redis://127.0.0.1:" + silent.actualPort() + "' }")) {
            Stores.Use use = rig.use("tests");

            rig.warmUp();

            assertThat(use.unwellBecause()).isNull();
            assertThat(rig.isBreakerOpen()).isFalse();
        } finally {
            Await.result(vertx.close());
        }
    }
}
