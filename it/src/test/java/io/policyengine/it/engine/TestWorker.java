package io.policyengine.it.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A worker with the test policies, seen from one event loop of a kernel. */
public final class TestWorker implements AutoCloseable {
    public static final JsonMapper JSON = new JsonMapper();

    private static final Duration SHORT = Duration.ofMillis(20);

    /** In which form the worker runs. */
    public enum Form {
        EMBEDDED,
        REMOTE
    }

    public final Vertx vertx = Vertx.vertx();
    public final Path directory;
    public final String socket;
    public final CompletableFuture<Boolean> lost = new CompletableFuture<>();
    public final List<ChainSpec> chains = new ArrayList<>();
    private final Context loop = vertx.getOrCreateContext();
    private final WorkerConnector connector;
    private @Nullable LocalWorker worker;
    private @Nullable WorkerServer server;
    private @Nullable WorkerControl control;
    private final WorkerLink link;
    private final UnaryOperator<WorkerOptions> change;
    private final List<PolicyFactory<?>> policies;
    /** The time for which it keeps what a kernel that is gone had prepared. */
    private final Duration orphansGrace;

    private TestWorker(
            Form form,
            Path directory,
            UnaryOperator<WorkerOptions> change,
            List<PolicyFactory<?>> policies,
            Duration orphansGrace,
            boolean start) {
        this.policies = policies;
        this.orphansGrace = orphansGrace;
        this.directory = directory;
        this.socket = directory.resolve("w.sock").toString();
        this.change = change;
        if (form == Form.EMBEDDED) {
            connector = new EmbeddedWorker(newWorker());
        } else {
            if (start) {
                startServer();
            }
            connector = new RemoteWorker(
                    vertx,
                    RemoteWorkerOptions.defaults(socket).withMaxCallsInFlight(50),
                    Ticker.SYSTEM,
                    () -> {},
                    new LongAdder());
        }
        link = await(() -> Future.succeededFuture(connector.link()));
    }

    public static TestWorker start(Form form, Path directory, UnaryOperator<WorkerOptions> change) {
        return new TestWorker(form, directory, change, TestPolicies.all(), SHORT, true);
    }

    /** One behind a socket that keeps chains for as long as the shipped one does, whose calls a slow machine may bring late. */
    public static TestWorker startKeeping(Path directory) {
        return new TestWorker(
                Form.REMOTE, directory, UnaryOperator.identity(), TestPolicies.all(), Duration.ofMinutes(1), true);
    }

    /** One with other policies. */
    public static TestWorker start(Form form, Path directory, List<PolicyFactory<?>> policies) {
        return new TestWorker(form, directory, UnaryOperator.identity(), policies, SHORT, true);
    }

    /** A kernel's view of a worker that somebody else runs, or nobody. */
    public static TestWorker elsewhere(Path directory) {
        return new TestWorker(Form.REMOTE, directory, UnaryOperator.identity(), List.of(), SHORT, false);
    }

    private LocalWorker newWorker() {
        worker = new LocalWorker(
                vertx,
                change.apply(WorkerOptions.defaults("tests", "0.0.1", directory)),
                PolicyRegistry.of(policies),
                new SimpleMeterRegistry());
        return worker;
    }

    public void startServer() {
        WorkerServer started = new WorkerServer(
                vertx, newWorker(), WorkerSocket.ownersOnly(socket), 2, new SimpleMeterRegistry(), orphansGrace);
        await(started::start);
        server = started;
    }

    public void stopServer() {
        WorkerServer running = server;
        server = null;
        if (running != null) {
            await(running::close);
        }
    }

    public Future<Void> drain(Duration time) {
        WorkerServer running = server;
        return running == null ? Future.succeededFuture() : running.drain(time);
    }

    public LocalWorker local() {
        if (worker == null) {
            throw new IllegalStateException("no worker in this process");
        }
        return worker;
    }

    /** The way to the worker's control, opened once. */
    public WorkerControl connect() {
        return control == null ? reconnect() : control;
    }

    public void disconnect() {
        await(connector::close);
    }

    public WorkerControl reconnect() {
        WorkerControl reached = await(() -> connector.connect(() -> lost.complete(true)));
        control = reached;
        return reached;
    }

    /** Prepares chains and remembers them. */
    public WorkerControl prepare(ChainSpec... specs) {
        chains.addAll(List.of(specs));
        WorkerControl reached = connect();
        await(() -> reached.prepare(1, chains));
        return reached;
    }

    public static ChainSpec chain(long id, ChainSpec.Entry... entries) {
        return new ChainSpec(id, "/route", Phase.REQUEST, List.of(entries));
    }

    public static ChainSpec.Entry entry(String policy, String params) {
        return entry(policy, params, OnFailure.DENY, null);
    }

    public static ChainSpec.Entry entry(String policy, String params, OnFailure onFailure, @Nullable Duration timeout) {
        return new ChainSpec.Entry(
                policy + "-entry",
                policy,
                (ObjectNode) JSON.readTree(params),
                onFailure,
                OnFailure.DENY,
                timeout,
                null,
                false);
    }

    public static ChainSpec.Entry when(String condition, ChainSpec.Entry entry) {
        return new ChainSpec.Entry(
                entry.name(),
                entry.policy(),
                entry.params(),
                entry.onFailure(),
                entry.onOverload(),
                entry.timeout(),
                condition,
                entry.shadow());
    }

    public static ChainSpec.Entry shadow(ChainSpec.Entry entry) {
        return new ChainSpec.Entry(
                entry.name(),
                entry.policy(),
                entry.params(),
                entry.onFailure(),
                entry.onOverload(),
                entry.timeout(),
                entry.when(),
                true);
    }

    public static ChainSpec.Entry onOverload(OnFailure rule, ChainSpec.Entry entry) {
        return new ChainSpec.Entry(
                entry.name(),
                entry.policy(),
                entry.params(),
                entry.onFailure(),
                rule,
                entry.timeout(),
                entry.when(),
                entry.shadow());
    }

    public static RequestView request(String... headers) {
        return new RequestView(
                "GET",
                "https",
                "example.com",
                "/a?x=%20",
                HeaderMap.of(headers),
                "192.0.2.1",
                Map.of("source.address", "192.0.2.1:1234"),
                null,
                false);
    }

    public Call call(Duration time, Cancellation cancellation) {
        return new Call("req-1", 7, Ticker.SYSTEM.nanoTime() + time.toNanos(), cancellation);
    }

    public RequestCall requestCall(long chain, int end, RequestView request, Metadata metadata) {
        return new RequestCall(call(Duration.ofSeconds(5), new Cancellation()), chain, 0, end, request, metadata);
    }

    /** Runs the chain on a plain request. */
    public List<EntryResult<io.policyengine.core.policy.RequestOutcome>> run(ChainSpec chain) {
        return await(() -> link.execute(requestCall(chain.id(), chain.entries().size(), request(), Metadata.empty())))
                .entries();
    }

    public WorkerLink link() {
        return link;
    }

    /** Runs on the kernel's event loop and waits for the result, or throws what it failed with. */
    public <T> T await(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(_ -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException thrown) {
                promise.fail(thrown);
            }
        });
        try {
            return promise.future().toCompletionStage().toCompletableFuture().get(2, TimeUnit.MINUTES);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed.getCause());
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }

    public static <O> O outcome(SegmentResult<O> result, int index) {
        return outcome(result.entries(), index);
    }

    public static <O> O outcome(List<EntryResult<O>> entries, int index) {
        if (entries.get(index) instanceof EntryResult.Completed<O>(O outcome)) {
            return outcome;
        }
        throw new AssertionError("entry " + index + " failed: " + entries);
    }

    @Override
    public void close() {
        await(connector::close);
        stopServer();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
