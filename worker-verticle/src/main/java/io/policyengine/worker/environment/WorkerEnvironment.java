package io.policyengine.worker.environment;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.exchange.ExchangeValues;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.policy.Store;
import io.policyengine.core.policy.Target;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.Work;
import io.policyengine.worker.callout.ByteTargets;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The environment of one entry of a prepared chain, closed together with the entry's policy. */
public final class WorkerEnvironment implements PolicyEnvironment, AutoCloseable {
    /** The prefix of the names of states that hold values for exchanges. */
    private static final String PER_EXCHANGE = "per exchange: ";

    private final WorkerResources resources;
    private final String route;
    /** The suffix of the names under which entries in shadow mode keep their state. */
    public static final String SHADOW = " (shadow)";

    private final String entry;
    private final String policy;
    private final Duration timeout;
    private final long maxBodyBytes;
    private final String passedDigest;
    private final ConcurrentHashMap<NamedStates.Key, Object> states = new ConcurrentHashMap<>();
    private final Set<SharedFiles.Use<?>> uses = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, CalloutTargets.Use> targets = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ByteTargetUse, ByteTargets.Use> byteTargets = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<StoreUse, Stores.Use> stores = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<StoreUse, LocalStore> localStores = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<SinkUse, Sinks.Use> sinks = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<ExchangeValues<?>> perExchange = new CopyOnWriteArrayList<>();
    private volatile boolean isToldEnds = true;
    private volatile boolean closed;
    /**
     * True if the file system did not respond while a file was read, so that a later attempt to bind the policy may
     * succeed.
     */
    private volatile boolean lacksAnswer;

    private final List<Runnable> closing = new CopyOnWriteArrayList<>();

    private record ByteTargetUse(String address, ByteTarget.Bounds bounds) {}

    private record StoreUse(String name, String scope) {}

    private record SinkUse(SinkRef sink, Optional<Sealing> sealing) {}

    WorkerEnvironment(
            WorkerResources resources,
            String route,
            String entry,
            String policy,
            Duration timeout,
            long maxBodyBytes,
            String passedDigest) {
        this.resources = resources;
        this.route = route;
        this.entry = entry;
        this.policy = policy;
        this.timeout = timeout;
        this.maxBodyBytes = maxBodyBytes;
        this.passedDigest = passedDigest;
    }

    @Override
    public boolean isShadow() {
        return entry.endsWith(SHADOW);
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public InstantSource clock() {
        return resources.clock();
    }

    @Override
    public Ticker ticker() {
        return resources.ticker();
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public long maxBodyBytes() {
        return maxBodyBytes;
    }

    @Override
    public String passedDigest() {
        return passedDigest;
    }

    @Override
    public String newId() {
        return UUID.randomUUID().toString();
    }

    @Override
    public long randomLong() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Target target(String nameOrUrl) {
        if (closed) {
            throw new InvalidParamsException("", "the entry is closed, so the target would never be released");
        }
        // The entry uses each resource once, however often it asks for it.
        return targets.computeIfAbsent(nameOrUrl, mine -> resources.targets().useBlocking(mine, policy, this::watch))
                .target();
    }

    @Override
    public ByteTarget byteTarget(String address, ByteTarget.Bounds bounds) {
        if (closed) {
            throw new InvalidParamsException("", "the entry is closed, so the server would never be released");
        }
        // The entry uses each resource once, however often it asks for it.
        return byteTargets
                .computeIfAbsent(
                        new ByteTargetUse(address, bounds),
                        _ -> resources.targets().byteTargets().use(address, bounds, policy))
                .target();
    }

    @Override
    public Store store(String name, String scope, long localBytes) {
        if (closed) {
            throw new InvalidParamsException("", "the entry is closed, so the store would never be released");
        }
        StoreUse key = new StoreUse(name, scope);
        if (name.equals(Store.LOCAL)) {
            return localStores.computeIfAbsent(
                    key, mine -> resources.localStores().use(ownerOf(scope), localBytes));
        }
        // The entry uses each resource once, however often it asks for it.
        return stores.computeIfAbsent(
                        key,
                        _ -> resources
                                .stores()
                                .useBlocking(name, new Stores.User(route, entry, policy, scope), this::watch))
                .store();
    }

    @Override
    public Sink sink(SinkRef sink, Optional<Sealing> sealing) {
        if (closed) {
            throw new InvalidParamsException("", "the entry is closed, so the sink would never be released");
        }
        // The entry uses each resource once, however often it asks for it.
        return sinks.computeIfAbsent(
                        new SinkUse(sink, sealing),
                        _ -> resources.sinks().useBlocking(sink, sealing, policy, this::watch))
                .sink();
    }

    /**
     * Returns the key of the state that all entries with this scope share or, if the scope is empty, of this entry's
     * state.
     */
    private NamedStates.Key ownerOf(String scope) {
        return scope.isEmpty()
                ? new NamedStates.Key(route, entry, policy, "store", "")
                : NamedStates.Key.ofAll(policy, "store", scope);
    }

    @Override
    public CacheMeter cacheMeter(String cache) {
        return resources.cacheMeters().of(policy, cache);
    }

    @Override
    public Future<Void> after(Duration duration) {
        Promise<Void> promise = Promise.promise();
        resources.vertx().setTimer(Math.max(1, duration.toMillis()), _ -> promise.complete());
        return promise.future();
    }

    @Override
    public <T> Future<T> offLoop(Call call, Work work, Task<T> task) {
        return resources.work().submit(work, call, task);
    }

    @Override
    public long maxWorkBytes() {
        return resources.work().maxHeapBytes();
    }

    @Override
    public <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
        // The entry uses each resource once, however often it asks for it.
        SharedFiles.Use<T> use = resources.files().useBlocking(path, parser, () -> lacksAnswer = true);
        if (!uses.add(use)) {
            resources.files().forget(use);
        }
        return use.file();
    }

    @Override
    @SuppressWarnings("unchecked") // the same policy made the state under the same name
    public <T> T state(String name, Object identity, Supplier<T> create) {
        NamedStates.Key key = new NamedStates.Key(route, entry, policy, name, identity);
        return (T) states.computeIfAbsent(key, mine -> resources.states().acquire(mine, this, create));
    }

    @Override
    @SuppressWarnings("unchecked") // the same policy made the state under the same name
    public <T> T sharedState(String name, Object identity, Supplier<T> create) {
        NamedStates.Key key = NamedStates.Key.ofAll(policy, name, identity);
        return (T) states.computeIfAbsent(key, all -> resources.states().acquire(all, this, create));
    }

    @Override
    @SuppressWarnings("unchecked") // the same policy made the state under the same name
    public <T extends ResizableState> T sharedCache(String name, Object identity, long maxBytes, Supplier<T> create) {
        NamedStates.Key key = NamedStates.Key.ofAll(policy, name, identity);
        return (T) states.computeIfAbsent(key, all -> resources.states().acquire(all, this, maxBytes, create));
    }

    @Override
    public Capacity capacity(String name, long bytes) {
        return sharedCache(
                        "capacity of " + name,
                        bytes,
                        bytes,
                        () -> resources.exchangeMeters().capacity(policy, name, bytes))
                .capacity();
    }

    @Override
    public <T> PerExchange<T> perExchange(String name, Capacity capacity, PerExchange.Rules<T> rules) {
        return kept(state(PER_EXCHANGE + name, "", () -> values(name, capacity)), rules);
    }

    @Override
    public <T> PerExchange<T> sharedPerExchange(
            String name, Object identity, Capacity capacity, PerExchange.Rules<T> rules) {
        return kept(sharedState(PER_EXCHANGE + name, identity, () -> values(name, capacity)), rules);
    }

    private <T> ExchangeValues<T> values(String name, Capacity capacity) {
        return new ExchangeValues<>(capacity, resources.exchangeMeters().count(policy, name));
    }

    private <T> PerExchange<T> kept(ExchangeValues<T> values, PerExchange.Rules<T> rules) {
        if (!isToldEnds) {
            throw new IllegalStateException(
                    "the policy keeps values for exchanges, but its descriptor does not request their ends");
        }
        perExchange.addIfAbsent(values);
        return values.by(rules);
    }

    /**
     * Disables notifications of the ends of exchanges. Afterwards, a policy that keeps values for exchanges cannot be
     * created.
     */
    public void withholdEnds() {
        isToldEnds = false;
    }

    /** Ends the values that the policy keeps for an exchange. Must be called after the policy was notified. */
    public void exchangeEnded(ExchangeEnd end) {
        perExchange.forEach(values -> values.ended(end));
    }

    public String policy() {
        return policy;
    }

    /**
     * Returns the reason why this entry is unhealthy, for users, or null. Reasons are a file whose newest content is
     * not in use, an unavailable target or store, or a sink that cannot deliver. Never blocks.
     */
    public @Nullable String failure() {
        for (SharedFiles.Use<?> use : uses) {
            String failure = use.file().failure();
            if (failure != null) {
                return failure;
            }
        }
        for (CalloutTargets.Use use : targets.values()) {
            String unwell = use.unwellBecause();
            if (unwell != null) {
                return unwell;
            }
        }
        for (ByteTargets.Use use : byteTargets.values()) {
            String unwell = use.unwellBecause();
            if (unwell != null) {
                return unwell;
            }
        }
        for (Stores.Use use : stores.values()) {
            String unwell = use.unwellBecause();
            if (unwell != null) {
                return unwell;
            }
        }
        for (Sinks.Use use : sinks.values()) {
            String unwell = use.unwellBecause();
            if (unwell != null) {
                return unwell;
            }
        }
        return null;
    }

    /** Returns whether binding the policy may succeed later, because a file did not answer. */
    public boolean lacksAnswer() {
        return lacksAnswer;
    }

    /**
     * Sets whether the entry is current, that is, not replaced by a newer one. The caches of a replaced entry get only
     * the memory that the caches of current entries leave.
     */
    public void setCurrent(boolean current) {
        states.keySet().forEach(key -> resources.states().setCurrent(key, this, current));
    }

    public void onClose(Runnable action) {
        closing.add(action);
    }

    /** Releases the files, states, targets, stores and sinks of this entry. */
    @Override
    public void close() {
        closed = true;
        closing.forEach(Runnable::run);
        closing.clear();
        uses.forEach(resources.files()::forget);
        uses.clear();
        states.keySet().forEach(key -> resources.states().release(key, this));
        states.clear();
        targets.values().forEach(resources.targets()::forget);
        targets.clear();
        byteTargets.values().forEach(resources.targets().byteTargets()::forget);
        byteTargets.clear();
        stores.values().forEach(resources.stores()::forget);
        stores.clear();
        localStores.keySet().forEach(use -> resources.localStores().forget(ownerOf(use.scope())));
        localStores.clear();
        sinks.values().forEach(resources.sinks()::forget);
        sinks.clear();
    }
}
