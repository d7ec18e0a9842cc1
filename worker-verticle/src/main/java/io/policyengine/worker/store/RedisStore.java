package io.policyengine.worker.store;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.core.vertx.EventLoops;
import io.policyengine.worker.remote.TlsFiles;
import io.policyengine.worker.store.connection.StoreConnections;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A store on Redis or Valkey that all its policies share. Each event loop has its own connections and pipelines its
 * operations. Thread-safe.
 *
 * <p>The running operations and the bytes of their script arguments are bounded for all event loops together. An
 * abandoned operation is counted until its reply arrives or its connection ends.
 */
final class RedisStore {
    /** Maximum size of the arguments of all operations on a store that await a reply, in bytes. */
    static final long MAX_PENDING_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 32, 1L << 20, 16L << 20);

    private final Vertx vertx;
    private final Ticker ticker;
    private final String name;
    private final StoreConfig config;
    private final StoreConnections links;
    /** The operations that await a reply. */
    private final Capacity pending;
    /** The bytes of the arguments of operations that await a reply. */
    private final Capacity pendingBytes = new Capacity(MAX_PENDING_BYTES);

    private final ConcurrentHashMap<EventLoop, LoopStore> loops = new ConcurrentHashMap<>();
    private final StoreBreakers breakers;
    private final AtomicReference<@Nullable Future<Void>> warmUp = new AtomicReference<>();
    private volatile boolean isClosed;

    RedisStore(Vertx vertx, Ticker ticker, String name, StoreConfig config, @Nullable TlsFiles tls) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.name = name;
        this.config = config;
        this.pending = new Capacity(config.maxPending());
        this.links = new StoreConnections(name, config, tls);
        this.breakers = new StoreBreakers(name, config, ticker);
    }

    String name() {
        return name;
    }

    StoreConfig config() {
        return config;
    }

    Ticker ticker() {
        return ticker;
    }

    Context context() {
        return vertx.getOrCreateContext();
    }

    LoopStore on(Context context) {
        EventLoop loop = Contexts.eventLoop(context);
        LoopStore there = loops.get(loop);
        return there != null ? there : loops.computeIfAbsent(loop, this::begin);
    }

    private LoopStore begin(EventLoop loop) {
        Context own = EventLoops.context(vertx, loop);
        return LoopStore.of(this, new NodeContext(breakers, own, ticker), links);
    }

    /**
     * Returns a future that completes once the {@link WarmUp} of the store has succeeded or failed on all event loops.
     * Only the first call starts it. The future never fails.
     */
    Future<Void> warmUp() {
        Promise<Void> mine = Promise.promise();
        Future<Void> first = warmUp.compareAndExchange(null, mine.future());
        if (first != null) {
            return first;
        }
        List<LoopStore> all = new ArrayList<>();
        for (EventExecutor loop : EventLoops.of(vertx)) {
            all.add(loops.computeIfAbsent((EventLoop) loop, this::begin));
        }
        WarmUp.of(all).onComplete(mine);
        return mine.future();
    }

    /** Counts an operation until {@link #giveBack}. Returns false if too many are running. */
    boolean take(int bytes) {
        if (!pending.tryTake(1)) {
            return false;
        }
        if (!pendingBytes.tryTake(bytes)) {
            pending.give(1);
            return false;
        }
        return true;
    }

    void giveBack(int bytes) {
        pendingBytes.give(bytes);
        pending.give(1);
    }

    int pending() {
        return (int) pending.taken();
    }

    StoreBreakers breakers() {
        return breakers;
    }

    boolean isClosed() {
        return isClosed;
    }

    void close() {
        isClosed = true;
        loops.values().forEach(LoopStore::close);
    }
}
