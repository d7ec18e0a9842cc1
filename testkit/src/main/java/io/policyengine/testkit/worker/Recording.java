package io.policyengine.testkit.worker;

import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.ExchangeEnd;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.ReleaseChainsRequest;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.TrailersCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The messages that a {@link FakeWorker} has received, in order of arrival, even across restarts. Thread-safe. */
public final class Recording {
    private final List<GetWorkerConfigRequest> configRequests = new CopyOnWriteArrayList<>();
    private final AtomicInteger healthChecks = new AtomicInteger();
    private final List<PrepareChainsRequest> prepared = new CopyOnWriteArrayList<>();
    private final List<ReleaseChainsRequest> released = new CopyOnWriteArrayList<>();
    private final List<KernelBatch> batches = new CopyOnWriteArrayList<>();
    private final List<RequestCall> requestCalls = new CopyOnWriteArrayList<>();
    private final List<ResponseCall> responseCalls = new CopyOnWriteArrayList<>();
    private final List<TrailersCall> trailersCalls = new CopyOnWriteArrayList<>();
    private final List<BodyChunk> chunks = new CopyOnWriteArrayList<>();
    private final List<Long> cancelled = new CopyOnWriteArrayList<>();
    private final List<ExchangeEnd> ends = new CopyOnWriteArrayList<>();
    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();

    private record Waiter(Predicate<Recording> condition, Promise<Recording> promise) {}

    Recording() {}

    public List<GetWorkerConfigRequest> configRequests() {
        return List.copyOf(configRequests);
    }

    public int healthChecks() {
        return healthChecks.get();
    }

    public List<PrepareChainsRequest> prepared() {
        return List.copyOf(prepared);
    }

    public List<ReleaseChainsRequest> released() {
        return List.copyOf(released);
    }

    /** Returns the batches of Exchange streams as received. */
    public List<KernelBatch> batches() {
        return List.copyOf(batches);
    }

    /** Returns all request calls, batched or unary. */
    public List<RequestCall> requestCalls() {
        return List.copyOf(requestCalls);
    }

    /** Returns all response calls, batched or unary. */
    public List<ResponseCall> responseCalls() {
        return List.copyOf(responseCalls);
    }

    /** Returns all calls with trailers, batched or unary. */
    public List<TrailersCall> trailersCalls() {
        return List.copyOf(trailersCalls);
    }

    public List<BodyChunk> chunks() {
        return List.copyOf(chunks);
    }

    /** Returns the ids of the calls that the kernel cancelled. */
    public List<Long> cancelled() {
        return List.copyOf(cancelled);
    }

    public List<ExchangeEnd> ends() {
        return List.copyOf(ends);
    }

    /** Returns a future that completes as soon as the condition is true. */
    public Future<Recording> until(Predicate<Recording> condition) {
        Promise<Recording> promise = Promise.promise();
        waiters.add(new Waiter(condition, promise));
        check();
        return promise.future();
    }

    void add(GetWorkerConfigRequest request) {
        configRequests.add(request);
        check();
    }

    void addHealthCheck() {
        healthChecks.incrementAndGet();
        check();
    }

    void add(PrepareChainsRequest request) {
        prepared.add(request);
        check();
    }

    void add(ReleaseChainsRequest request) {
        released.add(request);
        check();
    }

    void add(KernelBatch batch) {
        batches.add(batch);
        check();
    }

    void add(RequestCall call) {
        requestCalls.add(call);
        check();
    }

    void add(ResponseCall call) {
        responseCalls.add(call);
        check();
    }

    void add(TrailersCall call) {
        trailersCalls.add(call);
        check();
    }

    void add(BodyChunk chunk) {
        chunks.add(chunk);
        check();
    }

    void addCancel(long callId) {
        cancelled.add(callId);
        check();
    }

    void add(ExchangeEnd end) {
        ends.add(end);
        check();
    }

    private void check() {
        List<Waiter> satisfied =
                waiters.stream().filter(waiter -> waiter.condition().test(this)).toList();
        waiters.removeAll(satisfied);
        satisfied.forEach(waiter -> waiter.promise().tryComplete(this));
    }
}
