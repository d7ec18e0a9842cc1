package io.policyengine.testkit.policy;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.local.LocalStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory shared store on the clock of its {@link FakeEnvironment}. Operations run as Java, not as Redis
 * scripts. The store works until a test makes it fail, and several instances may {@linkplain #joinedBy share} it.
 *
 * <pre>{@code
 * environment.useStore("redis").fail(StoreException.Kind.TIMEOUT);
 * environment.useStore("redis").after(Duration.ofMillis(20));
 * }</pre>
 */
public final class FakeStore {
    /** Timeout of an operation, unless the policy's call times out sooner. */
    public static final Duration TIMEOUT = Duration.ofMillis(50);

    private static final long ROOM = 64 << 20;

    private final String name;
    private final FakeEnvironment environment;
    private final Map<String, LocalStore> scopes = new ConcurrentHashMap<>();
    private final AtomicInteger operations = new AtomicInteger();
    private volatile StoreException.@Nullable Kind failure;
    private volatile boolean doesWhatFails;
    private volatile Duration delay = Duration.ZERO;

    FakeStore(String name, FakeEnvironment environment) {
        this.name = name;
        this.environment = environment;
    }

    /** Fails each operation from now on, without running it. */
    public FakeStore fail(StoreException.Kind kind) {
        failure = kind;
        doesWhatFails = false;
        return this;
    }

    /** Runs each operation from now on, but reports a timeout instead of its result. */
    public FakeStore loseReplies() {
        failure = StoreException.Kind.TIMEOUT;
        doesWhatFails = true;
        return this;
    }

    /** Stops simulating failures and delays. */
    public FakeStore recover() {
        failure = null;
        doesWhatFails = false;
        delay = Duration.ZERO;
        return this;
    }

    /**
     * Delays each reply from now on. If the delay exceeds {@link #TIMEOUT}, the operation runs, but fails with a
     * timeout.
     */
    public FakeStore after(Duration time) {
        delay = time;
        return this;
    }

    /** Clears all values, as a restart without persistence does. */
    public FakeStore forget() {
        scopes.clear();
        return this;
    }

    /** Sets the state that a policy case specifies: {@code up}, or a kind of failure. */
    void be(String state) {
        if (state.equals("up")) {
            recover();
        } else {
            fail(StoreException.Kind.valueOf(state.toUpperCase(Locale.ROOT)));
        }
    }

    /** Returns the number of requested operations, successful or not. */
    public int operations() {
        return operations.get();
    }

    /** Shares this store with another instance's environment. */
    public FakeStore joinedBy(FakeEnvironment other) {
        other.join(name, this);
        return this;
    }

    Store scoped(String scope) {
        return new Scoped(scope);
    }

    private <T> Future<T> run(String scope, @Nullable Call call, StoreOperation<T> operation) {
        operations.incrementAndGet();
        Cancellation cancellation = call == null ? new Cancellation() : call.cancellation();
        if (cancellation.isCancelled()) {
            return failed(StoreException.Kind.CANCELLED);
        }
        StoreException.Kind kind = failure;
        if (kind != null && !doesWhatFails) {
            return failed(kind);
        }
        long left = call == null
                ? TIMEOUT.toNanos()
                : Math.min(
                        TIMEOUT.toNanos(),
                        call.deadlineNanos() - environment.ticker().nanoTime());
        boolean inTime = delay.toNanos() <= left;
        DependencyTime time = cancellation.time();
        boolean isCutShort = time != null && time.cutsShort(this, TIMEOUT.toNanos());
        Future<T> reply = scopes.computeIfAbsent(
                        scope, _ -> new LocalStore(ROOM, environment.clock(), environment.ticker()))
                .run(operation);
        if (kind != null) {
            return failed(kind);
        }
        if (delay.isZero()) {
            return reply;
        }
        Promise<T> promise = Promise.promise();
        Cancellation.Listening listening = cancellation.onCancelOfDependency(
                isCutShort,
                () -> promise.tryFail(
                        new StoreException(StoreException.Kind.CANCELLED, name, "the call was cancelled")));
        environment
                .after(inTime ? delay : Duration.ofNanos(Math.max(0, left)))
                .compose(_ -> inTime
                        ? reply
                        : this.<T>failed(
                                isCutShort ? StoreException.Kind.DEADLINE_EXCEEDED : StoreException.Kind.TIMEOUT))
                .onComplete(done -> {
                    listening.end();
                    if (done.succeeded()) {
                        promise.tryComplete(done.result());
                    } else {
                        promise.tryFail(done.cause());
                    }
                });
        return promise.future();
    }

    private <T> Future<T> failed(StoreException.Kind kind) {
        return Future.failedFuture(new StoreException(kind, name, "simulated by the test"));
    }

    private final class Scoped implements Store {
        private final String scope;

        Scoped(String scope) {
            this.scope = scope;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public <T> Future<T> run(Call call, StoreOperation<T> operation) {
            return FakeStore.this.run(scope, call, operation);
        }

        @Override
        public <T> Future<T> run(StoreOperation<T> operation) {
            return FakeStore.this.run(scope, null, operation);
        }
    }
}
