package io.policyengine.worker.store;

import io.netty.channel.EventLoop;
import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.Breaker;
import io.policyengine.worker.remote.TlsFiles;
import io.policyengine.worker.store.connection.Links;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on Redis or Valkey, shared by all policies that use it. Each event loop has its own connections and pipelines
 * operations. Thread-safe.
 *
 * <p>Bounded over all event loops: running operations and the bytes of their script arguments. An abandoned operation
 * counts until its reply arrives or its connection ends.
 */
final class RedisStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

    /** Bytes of what is sent and not replied to. */
    static final long MAX_PENDING_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 32, 1L << 20, 16L << 20);

    private final Vertx vertx;
    private final Ticker ticker;
    private final String name;
    private final StoreConfig config;
    private final Links links;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final ConcurrentHashMap<EventLoop, LoopStore> loops = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Breaker> breakers = new ConcurrentHashMap<>();
    private volatile @Nullable StoreException lastFailure;
    private volatile boolean isClosed;

    /** A store to which nothing is connected yet. */
    RedisStore(Vertx vertx, Ticker ticker, String name, StoreConfig config, @Nullable TlsFiles tls) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.name = name;
        this.config = config;
        this.links = new Links(name, config, tls);
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

    ContextInternal context() {
        return (ContextInternal) vertx.getOrCreateContext();
    }

    /** The store as the event loop of this context reaches it. */
    LoopStore on(ContextInternal context) {
        EventLoop loop = context.nettyEventLoop();
        LoopStore there = loops.get(loop);
        return there != null ? there : loops.computeIfAbsent(loop, this::begin);
    }

    private LoopStore begin(EventLoop loop) {
        ContextInternal own =
                context().owner().contextBuilder().withEventLoop(loop).build();
        return new LoopStore(this, own, ticker, config, links);
    }

    /** Reserves room for an operation, until {@link #giveBack}; false if there is none. */
    boolean take(int bytes) {
        if (pending.incrementAndGet() > config.maxPending()) {
            pending.decrementAndGet();
            return false;
        }
        if (pendingBytes.addAndGet(bytes) > MAX_PENDING_BYTES) {
            giveBack(bytes);
            return false;
        }
        return true;
    }

    void giveBack(int bytes) {
        pendingBytes.addAndGet(-bytes);
        pending.decrementAndGet();
    }

    /** The number of running operations. */
    int pending() {
        return pending.get();
    }

    /** The breaker of a server, which all event loops share. */
    Breaker breaker(String server) {
        return breakers.computeIfAbsent(
                server,
                _ -> new Breaker(config.breaker().failures(), config.breaker().open(), ticker));
    }

    void forgetBreaker(String server) {
        breakers.remove(server);
    }

    /** A server did not do what it was asked, and perhaps does nothing for anybody. */
    void missed(Breaker breaker, StoreException failure) {
        lastFailure = failure;
        if (breaker.failed()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.STORE, name)
                    .addKeyValue(LogFields.REASON, failure.getMessage())
                    .log("too many operations in a row failed: a server of the store is asked nothing for a while");
        }
    }

    boolean isBreakerOpen() {
        return breakers.values().stream().anyMatch(Breaker::isOpen);
    }

    /** The reason why the store is unhealthy, for users, or null. */
    @Nullable
    String unwellBecause() {
        StoreException last = lastFailure;
        return last != null && isBreakerOpen() ? last.getMessage() : null;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Closes all connections; running operations fail. */
    void close() {
        isClosed = true;
        loops.values().forEach(LoopStore::close);
    }
}
