package io.policyengine.worker.store;

import io.micrometer.core.instrument.Timer;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The access of one policy to a store in one scope. */
final class PolicyStore implements Store {
    private final RedisStore store;
    private final StoreKeys keys;
    private final String policy;
    private final StoreMetrics metrics;
    private final Timer done;

    PolicyStore(RedisStore store, StoreKeys keys, String policy, StoreMetrics metrics) {
        this.store = store;
        this.keys = keys;
        this.policy = policy;
        this.metrics = metrics;
        this.done = metrics.done(policy, store.name());
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public <T> Future<T> run(Call call, StoreOperation<T> operation) {
        return begin(call, operation);
    }

    @Override
    public <T> Future<T> run(StoreOperation<T> operation) {
        return begin(null, operation);
    }

    private <T> Future<T> begin(@Nullable Call call, StoreOperation<T> operation) {
        long begun = store.ticker().nanoTime();
        Context context = store.context();
        LoopStore loop = store.on(context);
        Promise<T> promise = Contexts.promise(context);
        RedisOperation<T> asked = new RedisOperation<>(loop, keys, operation, promise);
        if (Contexts.inThread(loop.nodes().context())) {
            asked.begin(call);
        } else {
            loop.nodes().run(() -> asked.begin(call));
        }
        return promise.future()
                .onComplete(_ -> done.record(since(begun), TimeUnit.NANOSECONDS), failure -> failed(failure, begun));
    }

    private void failed(Throwable failure, long begun) {
        Kind kind = failure instanceof StoreException known ? known.kind() : Kind.MALFORMED;
        metrics.failed(policy, name(), kind, Duration.ofNanos(since(begun)));
    }

    private long since(long begun) {
        return store.ticker().nanoTime() - begun;
    }
}
