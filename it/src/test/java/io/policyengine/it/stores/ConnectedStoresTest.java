package io.policyengine.it.stores;

import static io.policyengine.it.stores.StoreRig.connections;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.vertx.EventLoops;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores of a whole engine that are connected before the first request. */
class ConnectedStoresTest {
    @TempDir
    Path directory;

    private final RedisServer first = RedisServer.start();
    private final RedisServer second = RedisServer.start();
    private final KernelUnderTest engine = new KernelUnderTest();

    @BeforeEach
    void start() {
        StoreRig.loadClasses(first);
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                """);
        routes("first");
        StandardWorker.start(
                engine,
                directory,
                options -> options.stores(Map.of(
                        "first", StoreRig.config("{ url: '" + first.url() + "', timeout_ms: 5000 }"),
                        "second", StoreRig.config("{ url: '" + second.url() + "', timeout_ms: 5000 }"))));
    }

    @AfterEach
    void stop() {
        engine.close();
        first.close();
        second.close();
    }

    /** Writes a route for each of these stores, with its name, which admits one request a day. */
    private void routes(String... stores) {
        String routes = Stream.of(stores).map(store -> """
                          - route_name: /%1$s
                            request_flow:
                              policy_chain:
                                - policy: rateLimit
                                  params:
                                    store: %1$s
                                    on_store_failure: deny
                                    limits: [ { name: all, requests: 1, per: day, key: '"all"' } ]
                        """.formatted(store)).collect(Collectors.joining());
        KernelUnderTest.write(directory, "routes/routes.yaml", "route_policies:\n" + routes);
    }

    private int get(String store) {
        return engine.exchange("/" + store, SimRequest.get("/"), SimResponse.of(200))
                .status();
    }

    private void assertConnected(RedisServer server) {
        assertThat(EventLoops.of(engine.vertx())).hasSize(Math.toIntExact(connections(server)));
        assertThat(server.run("INFO", "commandstats")).contains("cmdstat_eval:", "cmdstat_evalsha:");
        assertThat(server.run("DBSIZE").strip()).isEqualTo("0");
    }

    private void assertThatRequestsOpenNoConnection(String store, RedisServer server) {
        long before = connections(server);

        assertThat(get(store)).isEqualTo(200);
        assertThat(get(store)).isEqualTo(429);

        assertThat(connections(server)).isEqualTo(before);
    }

    @Test
    void areConnectedAtTheStartAndByAReloadThatAddsOne() {
        assertConnected(first);
        assertThat(connections(second)).isZero();
        assertThatRequestsOpenNoConnection("first", first);

        routes("first", "second");
        assertThat(Await.result(engine.kernel().reloads().reload(Origin.FILES)).status())
                .isEqualTo(Status.SUCCESS);

        assertConnected(second);
        assertThatRequestsOpenNoConnection("second", second);
    }
}
