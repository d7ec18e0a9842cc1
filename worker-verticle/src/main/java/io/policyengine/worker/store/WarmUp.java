package io.policyengine.worker.store;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/**
 * The first operation on a store: it loads classes, connects, and makes the server compile a script, so that no request
 * has to wait for this. It asks the server for its time and writes nothing.
 *
 * <p>It has two steps of at most {@link #MAX_WARM_UP}: first on one event loop, then, if this succeeded, on the others.
 */
record WarmUp() implements StoreOperation<Long> {
    /** Maximum time of the first operation on a store, on one event loop. */
    static final Duration MAX_WARM_UP = Duration.ofMillis(400);

    private static final StoreScript SCRIPT = new StoreScript("warm-up", "return tonumber(redis.call('TIME')[1])");

    /**
     * Runs the warm-up on these event loops. The future never fails, since policies themselves handle an unavailable
     * store.
     */
    static Future<Void> of(List<LoopStore> loops) {
        return on(loops.getFirst())
                .compose(_ -> Future.join(loops.stream().skip(1).map(WarmUp::on).toList()))
                .otherwiseEmpty()
                .mapEmpty();
    }

    private static Future<Long> on(LoopStore loop) {
        RedisStore store = loop.store();
        Promise<Long> promise = Promise.promise();
        // No policy has the empty name, so that the key belongs to no policy.
        StoreKeys keys = StoreKeys.ofScope(store.config().keyPrefix(), "", "warm-up");
        RedisOperation<Long> operation = new RedisOperation<>(loop, keys, new WarmUp(), promise);
        loop.nodes().run(() -> operation.begin(null, MAX_WARM_UP));
        return promise.future();
    }

    @Override
    public StoreScript script() {
        return SCRIPT;
    }

    @Override
    public String slot() {
        return "warm-up";
    }

    @Override
    public List<String> names() {
        return List.of("none");
    }

    @Override
    public void arguments(Arguments arguments) {
        // The script has no arguments.
    }

    @Override
    public Long result(StoreReply reply) {
        return reply.number();
    }

    @Override
    public Long applyTo(LocalEntries entries) {
        return 0L;
    }
}
