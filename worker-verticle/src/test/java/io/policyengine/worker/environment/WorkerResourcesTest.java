package io.policyengine.worker.environment;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.impl.CleanableHttpClient;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerResourcesTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void leavesNothingInMemoryWhenItIsClosed() throws Exception {
        WeakReference<HttpClient> client = closed();

        Await.until(() -> {
            System.gc();
            return client.refersTo(null);
        });
    }

    /** Of the client itself: what policies are given is a handle, which nobody else holds. */
    private WeakReference<HttpClient> closed() throws Exception {
        WorkerResources resources = new WorkerResources(
                vertx,
                InstantSource.system(),
                Ticker.SYSTEM,
                new ReadableFiles(Path.of("."), SecretRules.DEFAULTS),
                Executor.ofProcess(new SimpleMeterRegistry()));
        WeakReference<HttpClient> client = new WeakReference<>(((CleanableHttpClient) resources.httpClient()).delegate);
        resources.close().await(30, TimeUnit.SECONDS);
        return client;
    }
}
