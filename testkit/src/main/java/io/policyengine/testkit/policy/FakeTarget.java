package io.policyengine.testkit.policy;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.callout.UnaryRequest;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.policy.Target;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory server for the call-outs of policies. It answers as a test specifies, on the clock of its {@link
 * FakeEnvironment}, and records requests. It is unreachable until the test specifies an answer.
 *
 * <pre>{@code
 * environment.useTarget("auth").answer(200, "{\"active\": true}");
 * environment.useTarget("https://issuer.example/jwks").hang();
 * }</pre>
 */
public final class FakeTarget implements Target {
    /** Timeout of a call-out, unless the policy's call times out sooner. */
    public static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final Duration FOREVER = Duration.ofDays(1);

    private final String name;
    private final FakeEnvironment environment;
    private final List<CalloutRequest> requests = new CopyOnWriteArrayList<>();
    private final List<UnaryRequest> unaryCalls = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile Function<CalloutRequest, CalloutResponse> behaviour = _ -> {
        throw failure(CalloutException.Kind.UNREACHABLE);
    };
    private volatile Function<UnaryRequest, Buffer> unaryBehaviour = _ -> {
        throw failure(CalloutException.Kind.UNREACHABLE);
    };
    private volatile Duration delay = Duration.ZERO;
    private volatile Consumer<CalloutRequest> listener = _ -> {};

    FakeTarget(String name, FakeEnvironment environment) {
        this.name = name;
        this.environment = environment;
    }

    // Called by tests

    /** Answers each request with this response from now on. */
    public FakeTarget answer(int status, String body) {
        return answer(status, HeaderMap.empty(), Buffer.buffer(body));
    }

    /** Answers each request with this response from now on. */
    public FakeTarget answer(int status, HeaderMap headers, Buffer body) {
        return answer(_ -> new CalloutResponse(status, headers, body));
    }

    /** Answers each request with the function's result from now on; the function may throw a {@link #failure}. */
    public FakeTarget answer(Function<CalloutRequest, CalloutResponse> answers) {
        this.behaviour = answers;
        return this;
    }

    /** Answers each gRPC call with the function's result from now on; the function may throw a {@link #failure}. */
    public FakeTarget answerUnary(Function<UnaryRequest, Buffer> answers) {
        this.unaryBehaviour = answers;
        return this;
    }

    /** Delays each answer by this time from now on. */
    public FakeTarget after(Duration time) {
        this.delay = time;
        return this;
    }

    /** Stops answering from now on, so that call-outs time out. */
    public FakeTarget hang() {
        return after(FOREVER);
    }

    /** Fails each call-out with this kind of failure from now on. */
    public FakeTarget fail(CalloutException.Kind kind) {
        this.unaryBehaviour = _ -> {
            throw failure(kind);
        };
        return answer(_ -> {
            throw failure(kind);
        });
    }

    /**
     * Answers each request from now on with status 200 and a body that is neither text nor JSON nor a Protobuf message.
     */
    public FakeTarget garbage() {
        Buffer octets = Buffer.buffer(new byte[] {(byte) 0xFF, 0, (byte) 0xC3, '{', '"', (byte) 0x80, '<'});
        return answer(200, HeaderMap.of("content-type", "application/json"), octets)
                .answerUnary(_ -> octets);
    }

    /**
     * Answers each request from now on with a body of one byte more than the request allows; gRPC calls fail as too
     * large.
     */
    public FakeTarget tooLarge() {
        return answer(request -> new CalloutResponse(
                        200, HeaderMap.empty(), Buffer.buffer(new byte[request.maxResponseBytes() + 1])))
                .answerUnary(_ -> {
                    throw failure(CalloutException.Kind.TOO_LARGE);
                });
    }

    /** Sets a listener that receives each request, even if it is never answered. */
    void onRequest(Consumer<CalloutRequest> told) {
        this.listener = told;
    }

    /** Creates a failure for an answer function to throw. */
    public CalloutException failure(CalloutException.Kind kind) {
        return new CalloutException(kind, name, "simulated by the test");
    }

    /** Returns the requests so far, oldest first. */
    public List<CalloutRequest> requests() {
        return List.copyOf(requests);
    }

    /** Returns the gRPC calls so far, oldest first. */
    public List<UnaryRequest> unaryCalls() {
        return List.copyOf(unaryCalls);
    }

    /** Returns the number of calls that are not answered yet. */
    public int underWay() {
        return underWay.get();
    }

    // Called by policies

    @Override
    public String name() {
        return name;
    }

    @Override
    public Future<CalloutResponse> send(Call call, CalloutRequest request) {
        return request(call, request);
    }

    @Override
    public Future<CalloutResponse> fetch(CalloutRequest request) {
        return request(null, request);
    }

    @Override
    public Future<Buffer> unary(Call call, UnaryRequest request) {
        return answeredUnary(call, request);
    }

    @Override
    public Future<Buffer> fetchUnary(UnaryRequest request) {
        return answeredUnary(null, request);
    }

    private Future<CalloutResponse> request(@Nullable Call call, CalloutRequest request) {
        requests.add(request);
        listener.accept(request);
        Function<CalloutRequest, CalloutResponse> answers = behaviour;
        return answered(call, () -> {
            if (request.fault() != null) {
                throw CalloutException.ofRequest(
                        CalloutException.Kind.MALFORMED, name, "simulated by the test: " + request.fault());
            }
            CalloutResponse response = answers.apply(request);
            if (request.omitsUnreadable() && response.body().length() > request.maxResponseBytes()) {
                return new CalloutResponse(response.status(), response.headers(), Buffer.buffer(), true);
            }
            requireSize(response.body(), request.maxResponseBytes());
            return response;
        });
    }

    private Future<Buffer> answeredUnary(@Nullable Call call, UnaryRequest request) {
        unaryCalls.add(request);
        Function<UnaryRequest, Buffer> answers = unaryBehaviour;
        return answered(call, () -> {
            Buffer message = answers.apply(request);
            requireSize(message, request.maxResponseBytes());
            return message;
        });
    }

    private void requireSize(Buffer body, int max) {
        if (body.length() > max) {
            throw failure(CalloutException.Kind.TOO_LARGE);
        }
    }

    /** Returns a future that completes when the answer is due, or fails when the call times out or is cancelled. */
    private <T> Future<T> answered(@Nullable Call call, Supplier<T> answer) {
        Promise<T> promise = Promise.promise();
        underWay.incrementAndGet();
        Duration limit = call == null ? TIMEOUT : least(TIMEOUT, left(call));
        Duration answerAfter = delay;
        DependencyTime time = call == null ? null : call.cancellation().time();
        boolean isCutShort = time != null && time.cutsShort(this, TIMEOUT.toNanos());
        if (answerAfter.compareTo(limit) < 0) {
            after(answerAfter, () -> complete(promise, answer));
        } else {
            after(limit, () -> promise.tryFail(late(time, isCutShort)));
        }
        Future<T> future = promise.future().onComplete(_ -> underWay.decrementAndGet());
        if (call != null) {
            Cancellation.Listening listening = call.cancellation()
                    .onCancelOfDependency(isCutShort, () -> promise.tryFail(failure(CalloutException.Kind.CANCELLED)));
            future.onComplete(_ -> listening.end());
        }
        return future;
    }

    private CalloutException late(@Nullable DependencyTime time, boolean isCutShort) {
        CalloutException late = failure(CalloutException.Kind.TIMEOUT);
        if (time != null && !isCutShort) {
            time.unanswered(this);
        }
        return isCutShort ? late.cutShort() : late;
    }

    private void after(Duration time, Runnable action) {
        if (time.isZero() || time.isNegative()) {
            action.run();
        } else {
            environment.after(time).onComplete(_ -> action.run());
        }
    }

    private Duration left(Call call) {
        return Duration.ofNanos(call.deadlineNanos() - environment.ticker().nanoTime());
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static <T> void complete(Promise<T> promise, Supplier<T> answer) {
        T value;
        try {
            value = answer.get();
        } catch (RuntimeException failure) {
            promise.tryFail(failure);
            return;
        }
        promise.tryComplete(value);
    }
}
