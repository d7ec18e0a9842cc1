package io.policyengine.testkit.policy;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.TargetAddress;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.exchange.ExchangeValues;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.core.policy.Store;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.Work;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * An in-memory environment of a chain entry. Time passes only when a test advances it, and files change only when a
 * test writes them. Ids and random numbers are the same in each run. Blocking work runs at once on the caller's thread.
 *
 * <p>To simulate a reload, create the policy again with the same environment: state that does not depend on the
 * parameters is kept.
 */
public final class FakeEnvironment implements PolicyEnvironment {
    private final FakeTicker ticker = new FakeTicker();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong randoms = new AtomicLong();
    private final AtomicLong exchanges = new AtomicLong();
    private final CopyOnWriteArrayList<ExchangeValues<?>> perExchange = new CopyOnWriteArrayList<>();
    private final FakeFiles files = new FakeFiles();
    private final FakeOffLoop offLoop = new FakeOffLoop();
    private final Map<StateKey, Object> states = new ConcurrentHashMap<>();
    private final Queue<Timer> timers = new ConcurrentLinkedQueue<>();
    private final Map<String, FakeTarget> targets = new ConcurrentHashMap<>();
    private final Map<String, FakeByteTarget> byteTargets = new ConcurrentHashMap<>();
    private final Map<String, FakeStore> stores = new ConcurrentHashMap<>();
    private final Map<String, FakeSink> sinks = new ConcurrentHashMap<>();
    private final Map<String, CountingCacheMeter> cacheMeters = new ConcurrentHashMap<>();
    private final Set<String> dependencies = ConcurrentHashMap.newKeySet();
    private long maxBodyBytes = 16 << 20;
    private String passedDigest = "passed";

    private record StateKey(String name, Object identity) {}

    private record Timer(long dueNanos, Promise<Void> promise) {}

    // Called by tests

    /** Advances the time and completes the timers that become due. */
    public void advance(Duration duration) {
        ticker.advance(duration);
        long now = ticker.nanoTime();
        for (Timer timer : List.copyOf(timers)) {
            if (timer.dueNanos() <= now && timers.remove(timer)) {
                timer.promise().complete();
            }
        }
    }

    /** Sets the maximum size, in bytes, of bodies that policies set. The default is 16 MiB. */
    public void limitBodies(long bytes) {
        maxBodyBytes = bytes;
    }

    /** Sets the digest of the entries that responses pass first, as a reload does if it changes these entries. */
    public void setPassedDigest(String digest) {
        passedDigest = digest;
    }

    /** Writes a file. Policies that watch it get the new content at once, unless it is invalid. */
    public void writeFile(String path, String text) {
        files.write(path, text);
    }

    /** Deletes a file and records a problem. Policies that watch the file keep the last content. */
    public void deleteFile(String path) {
        files.delete(path);
    }

    /** Returns the reasons why changed files were rejected, oldest first. */
    public List<String> fileProblems() {
        return files.problems();
    }

    /** Delays blocking work until {@link #runHeld}. */
    public void holdBlocking() {
        offLoop.hold();
    }

    /** Runs the delayed blocking work in order. Later work is not delayed any more. */
    public void runHeld() {
        offLoop.runHeld();
    }

    /** Makes blocking work fail from now on. */
    public void failBlocking(RuntimeException failure) {
        offLoop.fail(failure);
    }

    /** Returns the {@link Work} that policies declared for tasks off the event loop, oldest first. */
    public List<Work> declared() {
        return offLoop.declared();
    }

    /** Returns the target with this name or URL, always the same one. It is unreachable until a test sets an answer. */
    public FakeTarget useTarget(String nameOrUrl) {
        return targets.computeIfAbsent(nameOrUrl, name -> new FakeTarget(nameOf(name), this));
    }

    /** Returns the one byte-protocol server at this address. It refuses connections until a test sets its answers. */
    public FakeByteTarget useByteTarget(String address) {
        return byteTargets.computeIfAbsent(address, name -> new FakeByteTarget(name, this));
    }

    /** Returns the shared store with this name, always the same one. It works until a test makes it fail. */
    public FakeStore useStore(String name) {
        return stores.computeIfAbsent(name, mine -> new FakeStore(mine, this));
    }

    /** Returns the meter of the cache with this name. */
    public CountingCacheMeter cache(String name) {
        return cacheMeters.computeIfAbsent(name, _ -> new CountingCacheMeter());
    }

    /** Returns the sink with this name or inline JSON definition, always the same one, also for policies. */
    public FakeSink useSink(String nameOrJson) {
        return sinks.computeIfAbsent(nameOrJson, FakeSink::new);
    }

    /** Adds a store that another instance's environment created. */
    void join(String name, FakeStore store) {
        stores.put(name, store);
    }

    /** Returns the targets that exist. */
    List<FakeTarget> targets() {
        return List.copyOf(targets.values());
    }

    /** Makes all existing targets, stores and sinks fail from now on. */
    void failDependencies() {
        targets.values().forEach(target -> target.fail(CalloutException.Kind.UNREACHABLE));
        byteTargets.values().forEach(target -> target.refuse(CalloutException.Kind.UNREACHABLE));
        stores.values().forEach(store -> store.fail(StoreException.Kind.UNREACHABLE));
        sinks.values().forEach(FakeSink::fill);
    }

    /** Returns the names of targets and shared stores that policies have requested, sorted. */
    List<String> dependencies() {
        return dependencies.stream().sorted().toList();
    }

    /** Returns whether policies have called a target or a shared store so far. */
    boolean hasCalledDependency() {
        return !byteTargets.isEmpty()
                || targets.values().stream()
                        .anyMatch(target -> !target.requests().isEmpty()
                                || !target.unaryCalls().isEmpty())
                || stores.values().stream().anyMatch(store -> store.operations() > 0);
    }

    /** Advances the time until the future completes or no timer is left. */
    void settle(Future<?> future) {
        while (!future.isComplete()) {
            long now = ticker.nanoTime();
            OptionalLong next =
                    timers.stream().mapToLong(timer -> timer.dueNanos() - now).min();
            if (next.isEmpty()) {
                return;
            }
            advance(Duration.ofNanos(next.getAsLong()));
        }
    }

    private static String nameOf(String nameOrUrl) {
        if (!TargetUrl.isUrl(nameOrUrl)) {
            return nameOrUrl;
        }
        try {
            return TargetUrl.parse(nameOrUrl).origin();
        } catch (IllegalArgumentException unusable) {
            throw new InvalidParamsException("", String.valueOf(unusable.getMessage()));
        }
    }

    public FakeTicker time() {
        return ticker;
    }

    /** Ends the values that policies keep for an exchange, as the engine does after it reports the exchange's end. */
    public void endExchange(ExchangeEnd end) {
        perExchange.forEach(values -> values.ended(end));
    }

    /** Returns the number of values that policies keep for exchanges. */
    public int keptForExchanges() {
        return perExchange.stream().mapToInt(ExchangeValues::size).sum();
    }

    long nextExchange() {
        return exchanges.incrementAndGet();
    }

    // Called by policies

    @Override
    public String route() {
        return "/route";
    }

    @Override
    public InstantSource clock() {
        return ticker;
    }

    @Override
    public FakeTicker ticker() {
        return ticker;
    }

    /** Returns one second, the default of a worker. */
    @Override
    public Duration timeout() {
        return Duration.ofSeconds(1);
    }

    /** Returns UUIDs that contain consecutive numbers from 1. */
    @Override
    public String newId() {
        return new UUID(0, ids.incrementAndGet()).toString();
    }

    /** Returns the next number of a fixed pseudo-random sequence. */
    @Override
    public long randomLong() {
        long mixed = randoms.addAndGet(0x9E3779B97F4A7C15L);
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public FakeTarget target(String nameOrUrl) {
        if (TargetUrl.isUrl(nameOrUrl) || targets.containsKey(nameOrUrl)) {
            dependencies.add(nameOrUrl);
            return useTarget(nameOrUrl);
        }
        throw new InvalidParamsException(
                "", "no target is named '" + nameOrUrl + "'" + NearestKey.hint(nameOrUrl, targets.keySet(), "targets"));
    }

    @Override
    public FakeByteTarget byteTarget(String address, ByteTarget.Bounds bounds) {
        try {
            String target = TargetAddress.parse(address).toString();
            dependencies.add(target);
            return useByteTarget(target);
        } catch (IllegalArgumentException unusable) {
            throw new InvalidParamsException("", String.valueOf(unusable.getMessage()));
        }
    }

    @Override
    public Store store(String name, String scope, long localBytes) {
        if (name.equals(Store.LOCAL)) {
            return state("store", scope, () -> new LocalStore(localBytes, ticker, ticker));
        }
        FakeStore store = stores.get(name);
        if (store == null) {
            throw new InvalidParamsException(
                    "", "no store is named '" + name + "'" + NearestKey.hint(name, stores.keySet(), "stores"));
        }
        dependencies.add(name);
        return store.scoped(scope);
    }

    /** Returns a sink by its inline definition, or by a name that {@link #useSink} has added. */
    @Override
    public FakeSink sink(SinkRef ref, Optional<Sealing> sealing) {
        FakeSink sink =
                ref.isName() ? sinks.get(ref.name()) : useSink(ref.json().toString());
        if (sink == null) {
            throw new InvalidParamsException(
                    "", "no sink is named '" + ref.name() + "'" + NearestKey.hint(ref.name(), sinks.keySet(), "sinks"));
        }
        sink.sealedBy(sealing);
        return sink;
    }

    @Override
    public CacheMeter cacheMeter(String cache) {
        return cache(cache);
    }

    @Override
    public Future<Void> after(Duration duration) {
        Promise<Void> promise = Promise.promise();
        timers.add(new Timer(ticker.nanoTime() + duration.toNanos(), promise));
        advance(Duration.ZERO);
        return promise.future();
    }

    @Override
    public String passedDigest() {
        return passedDigest;
    }

    @Override
    public long maxBodyBytes() {
        return maxBodyBytes;
    }

    /** Returns 128 MiB, as in a process with 512 MB. */
    @Override
    public long maxWorkBytes() {
        return 128 << 20;
    }

    @Override
    public <T> Future<T> offLoop(Call call, Work work, Task<T> task) {
        return offLoop.run(call, work, task);
    }

    @Override
    public <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
        return files.watch(path, parser);
    }

    @Override
    @SuppressWarnings("unchecked") // equal arguments come from equal calls
    public <T> T state(String name, Object identity, Supplier<T> create) {
        return (T) states.computeIfAbsent(new StateKey(name, identity), _ -> create.get());
    }

    @Override
    public <T> T sharedState(String name, Object identity, Supplier<T> create) {
        return state(name, identity, create);
    }

    /** Returns the cache with this name. It has its maximum size until {@link #resizeCaches} changes the size. */
    @Override
    public <T extends ResizableState> T sharedCache(String name, Object identity, long maxBytes, Supplier<T> create) {
        return state(name, identity, create);
    }

    /** Changes the memory of all existing caches, as a worker does when its entries want too much memory. */
    public void resizeCaches(long maxBytes) {
        states.values().forEach(state -> {
            if (state instanceof ResizableState cache) {
                cache.resize(maxBytes);
            }
        });
    }

    @Override
    public Capacity capacity(String name, long bytes) {
        return state("capacity of " + name, bytes, () -> new Capacity(bytes));
    }

    @Override
    public <T> PerExchange<T> perExchange(String name, Capacity capacity, PerExchange.Rules<T> rules) {
        return sharedPerExchange(name, "", capacity, rules);
    }

    @Override
    public <T> PerExchange<T> sharedPerExchange(
            String name, Object identity, Capacity capacity, PerExchange.Rules<T> rules) {
        ExchangeValues<T> values = state(
                "per exchange: " + name, identity, () -> new ExchangeValues<>(capacity, new ExchangeValues.Count()));
        perExchange.addIfAbsent(values);
        return values.by(rules);
    }
}
