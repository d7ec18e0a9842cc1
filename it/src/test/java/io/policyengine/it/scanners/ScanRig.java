package io.policyengine.it.scanners;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.policies.content.virusscan.VirusScanFactory;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.environment.WorkerEnvironment;
import io.policyengine.worker.environment.WorkerResources;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The policy in the environment of a worker, and bodies that come to it on an event loop. */
final class ScanRig implements AutoCloseable {
    /** Of a body that passes. */
    static final int PASSES = 200;

    /** Of a body on which there is no verdict. */
    static final int NO_VERDICT = 503;

    private static final Duration PATIENT = Duration.ofSeconds(60);

    final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final WorkerResources resources;
    private final WorkerEnvironment environment;
    private final Policy policy;

    /**
     * The fate of a body.
     *
     * @param status {@link #PASSES}, that of the denial, or {@link #NO_VERDICT}
     * @param passed the bytes that went on
     */
    record Fate(int status, Buffer passed) {}

    /** A policy with these parameters, in YAML. */
    ScanRig(String params) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CalloutTargets targets = new CalloutTargets(vertx, Ticker.SYSTEM, Map.of(), meters);
        Path here = Path.of(".");
        this.resources = new WorkerResources(
                vertx,
                InstantSource.system(),
                Ticker.SYSTEM,
                new ReadableFiles(here, SecretRules.DEFAULTS),
                Executor.ofProcess(meters),
                new WorkerResources.Destinations(
                        targets,
                        new Stores(vertx, Ticker.SYSTEM, Map.of(), meters),
                        new Sinks(InstantSource.system(), Ticker.SYSTEM, here, Map.of(), targets, meters)),
                meters);
        this.environment = resources.environmentOf("route", "entry", "virusScan", PATIENT, 64 << 20);
        this.policy = create(new VirusScanFactory(), params);
    }

    private <P extends Record> Policy create(PolicyFactory<P> factory, String params) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(new YAMLMapper().readTree(params))) {
            case BoundParams.Ok<P>(P bound) -> factory.create(bound, environment);
            case BoundParams.Invalid<P>(var problems) -> throw new IllegalArgumentException(problems.toString());
        };
    }

    /** A whole body of a request. */
    Fate request(HeaderMap headers, byte[] body) {
        return Await.result(requestLater(headers, body), PATIENT);
    }

    Future<Fate> requestLater(HeaderMap headers, byte[] body) {
        RequestView request = TestMessages.request("POST", "/", headers, TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(body));
        return onLoop(() -> policy.onRequest(new RequestContext(request, Metadata.empty(), call()))
                .map(outcome -> outcome instanceof RequestOutcome.Respond(var response, var _)
                        ? new Fate(response.status(), Buffer.buffer())
                        : new Fate(PASSES, Buffer.buffer(body))));
    }

    /** A whole body of a response. */
    Fate response(HeaderMap headers, byte[] body) {
        ResponseView response = new ResponseView(200, headers, Buffer.buffer(body));
        RequestView request = TestMessages.get("/");
        ResponseContext context = new ResponseContext(response, request, request, Metadata.empty(), call());
        return Await.result(
                onLoop(() -> policy.onResponse(context)
                        .map(outcome -> outcome.instructions().isEmpty()
                                ? new Fate(PASSES, Buffer.buffer(body))
                                : new Fate(502, Buffer.buffer()))),
                PATIENT);
    }

    /** A body of a request in chunks. */
    Fate chunks(HeaderMap headers, List<byte[]> chunks) {
        RequestView request = TestMessages.request("POST", "/", headers, TestMessages.CLIENT_ADDRESS);
        return Await.result(
                onLoop(() -> {
                    ChunkFilter<? extends RequestChunkOutcome> filter =
                            policy.requestChunks(new RequestContext(request, Metadata.empty(), call()));
                    return feed(filter, chunks, 0, Buffer.buffer(), Buffer.buffer())
                            .onComplete(_ -> filter.close());
                }),
                PATIENT);
    }

    private static Future<Fate> feed(
            ChunkFilter<? extends RequestChunkOutcome> filter,
            List<byte[]> chunks,
            int at,
            Buffer held,
            Buffer passed) {
        boolean last = at == chunks.size() - 1;
        Buffer chunk = held.copy().appendBytes(chunks.get(at));
        return filter.onChunk(chunk, last).compose(outcome -> {
            Buffer holds = Buffer.buffer();
            switch (outcome) {
                case ChunkOutcome.Pass() -> passed.appendBuffer(chunk);
                case ChunkOutcome.Hold(Buffer data, Buffer rest) -> {
                    passed.appendBuffer(data);
                    holds = rest;
                }
                case RequestChunkOutcome.Respond(var response) -> {
                    return Future.succeededFuture(new Fate(response.status(), passed));
                }
                case ChunkOutcome.Drop _, ChunkOutcome.Replace _, ChunkOutcome.End _ ->
                    throw new AssertionError("no outcome of a scan: " + outcome);
            }
            return last
                    ? Future.succeededFuture(new Fate(PASSES, passed))
                    : feed(filter, chunks, at + 1, holds, passed);
        });
    }

    /** The reason why the scanner is not well; empty if it is. */
    String unwell() {
        String why = environment.failure();
        return why == null ? "" : why;
    }

    private Future<Fate> onLoop(Supplier<Future<Fate>> work) {
        Promise<Fate> promise = Promise.promise();
        loop.runOnContext(_ -> work.get().onComplete(promise));
        return promise.future()
                .recover(failure -> failure instanceof CalloutException
                        ? Future.succeededFuture(new Fate(NO_VERDICT, Buffer.buffer()))
                        : Future.failedFuture(failure));
    }

    private static Call call() {
        return new Call("id", 1, Ticker.SYSTEM.nanoTime() + PATIENT.toNanos(), new Cancellation());
    }

    @Override
    public void close() {
        policy.close();
        environment.close();
        Await.result(resources.close());
        Await.result(vertx.close());
    }
}
