package io.policyengine.it.stores;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.remote.TlsFiles;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A worker's stores, one of which is named "shared", as its policies use them. */
final class StoreRig implements AutoCloseable {
    private static final ParamsBinder<StoreConfig> BINDER = ParamsBinder.of(StoreConfig.class);

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Stores stores;
    private final Path files;

    /** Stores with these settings, in YAML. */
    StoreRig(String settings) {
        this(settings, Path.of("."));
    }

    StoreRig(String settings, Path files) {
        this.files = files;
        this.stores = new Stores(vertx, Ticker.SYSTEM, Map.of("shared", config(settings)), meters);
    }

    /** Runs an operation on a store of its own, so that later operations of this JVM wait for no class to be loaded. */
    static void loadClasses(RedisServer server) {
        try (StoreRig rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 5000 }")) {
            rig.result(rig.store("tests"), Add.one("first"));
        }
        server.run("FLUSHALL");
        server.run("CONFIG", "RESETSTAT");
        server.run("SCRIPT", "FLUSH");
        Await.until("its connections are closed", () -> connections(server) == 0);
    }

    /** Returns the number of connections to the server, except that of the command that counts them. */
    static long connections(RedisServer server) {
        return server.run("CLIENT", "LIST")
                        .lines()
                        .filter(line -> !line.isBlank())
                        .count()
                - 1;
    }

    static StoreConfig config(String settings) {
        return switch (BINDER.bind(new YAMLMapper().readTree(settings))) {
            case BoundParams.Ok<StoreConfig>(var value) -> value;
            case BoundParams.Invalid<StoreConfig>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        };
    }

    /** The store as an entry of this policy sees it. */
    Store store(String policy) {
        return use(policy).store();
    }

    Stores.Use use(String policy) {
        return stores.useBlocking("shared", new Stores.User("route", "entry", policy, ""), new TlsFiles.Watch() {
            @Override
            public <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
                return read(files.resolve(path), parser);
            }
        });
    }

    /** Warms the stores in use up, as a worker does before it is ready. */
    void warmUp() {
        Await.result(stores.warmUp());
    }

    void forget(Stores.Use use) {
        stores.forget(use);
    }

    private static <T> WatchedFile<T> read(Path path, FileParser<T> parser) {
        try {
            T content = parser.parse(Files.readString(path));
            return () -> content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The result of an operation that an event loop asks for. */
    <T> Future<T> ask(Store store, StoreOperation<T> operation) {
        Promise<T> promise = Promise.promise();
        vertx.runOnContext(_ -> store.run(operation).onComplete(promise));
        return promise.future();
    }

    <T> T result(Store store, StoreOperation<T> operation) {
        return Await.result(ask(store, operation));
    }

    /** The kind of failure; null if it succeeds. */
    <T> @Nullable Kind failure(Store store, StoreOperation<T> operation) {
        return Await.result(ask(store, operation)
                        .map(_ -> Optional.<Kind>empty())
                        .recover(failed -> failed instanceof StoreException known
                                ? Future.succeededFuture(Optional.of(known.kind()))
                                : Future.failedFuture(failed)))
                .orElse(null);
    }

    /** Returns once the store does what it is asked again. */
    void awaitWorking(Store store) {
        Await.until("the store works", () -> failure(store, Add.one("probe")) == null);
    }

    double pending() {
        return meters.get("policy_worker_store_pending").gauge().value();
    }

    boolean isBreakerOpen() {
        return meters.get("policy_worker_store_breaker_open").gauge().value() == 1;
    }

    @Override
    public void close() {
        stores.close();
        Await.result(vertx.close());
    }
}
