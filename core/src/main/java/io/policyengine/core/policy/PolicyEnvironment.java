package io.policyengine.core.policy;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every effect that a policy may have: time, randomness, files, network, shared state. No policy reaches around it, which is
 * what makes tests exact.
 */
public interface PolicyEnvironment {
    /** Name of the route policy that the entry is of, for records. */
    String route();

    /** Wall-clock time. */
    InstantSource clock();

    /** Monotonic time. */
    Ticker ticker();

    /** The time limit of a call of this entry: {@code timeout_ms}, or the worker's; a call may have less. */
    Duration timeout();

    /** Limit of a body in an instruction or immediate response, in bytes; a longer one fails the entry. */
    long maxBodyBytes();

    /** A fresh random id (a UUID as text). */
    String newId();

    /** A fresh random number, uniform over all longs. */
    long randomLong();

    /**
     * Returns a server that the policy calls. Entries with the same server share connections, bounds and circuit
     * breaker.
     *
     * @param nameOrUrl of {@code worker_core.targets}, or a URL with http or https, which gets their defaults
     * @throws InvalidParamsException (with an empty pointer) if the target is unknown or cannot be called
     */
    Target target(String nameOrUrl);

    /**
     * Returns a server with a byte protocol. Entries with the same address and equal bounds share connections and
     * circuit breaker.
     *
     * @param address {@code HOST:PORT}, or the absolute path of a Unix socket
     * @throws InvalidParamsException (with an empty pointer) if the address is invalid
     */
    ByteTarget byteTarget(String address, ByteTarget.Bounds bounds);

    /**
     * Returns a store with the values of this policy in one scope only.
     *
     * @param name of {@code worker_core.stores}, or {@link Store#LOCAL}, which always exists
     * @param scope a common name of all entries that share values; empty: the values of this route and entry
     * @param localBytes upper bound of memory for a local store; all local stores of a process share their part of the
     *     heap
     * @throws InvalidParamsException (with an empty pointer) if the store is unknown
     */
    Store store(String name, String scope, long localBytes);

    /**
     * Returns a sink for the policy's records. Entries with the same sink share it; it opens with the first record.
     *
     * @param sink a name of {@code worker_core.sinks}, or a definition
     * @param sealing the chain of the records; empty for none
     * @throws InvalidParamsException if the sink is unknown or its definition invalid, with pointers into the
     *     definition
     */
    Sink sink(SinkRef sink, Optional<Sealing> sealing);

    /**
     * Returns the meter of a cache of this policy. Entries with the same name share it across routes.
     *
     * @param cache a constant name, never one from a request
     */
    CacheMeter cacheMeter(String cache);

    /** Completes after the duration. */
    Future<Void> after(Duration duration);

    /**
     * Runs long computations off the event loop, on threads shared by all policies of the process; completes on the
     * caller's event loop.
     *
     * @param call that wants the result: when it is cancelled, queued work is dropped and running work is notified by
     *     its {@link io.policyengine.core.work.StopSignal}
     * @param work the resources of the task; a task that needs more memory than the limit of all work fails
     * @return fails with the task's exception, or with {@link io.policyengine.core.error.ErrorCode#OVERLOADED} if too
     *     much work is queued
     */
    <T> Future<T> offLoop(Call call, Work work, Task<T> task);

    /** Limit of memory for such work, in bytes: a task that needs more always fails. */
    long maxWorkBytes();

    /**
     * Returns a file that is read now and after each change; the last valid content stays while a newer one is invalid.
     * Entries with the same file and equal parsers share the parsed content, which is immutable. A file must answer
     * within 2 s, and may have 16 MiB, less with a small heap.
     *
     * @param path absolute, or relative to the conf directory; below one of {@code worker_core.secrets.roots}, links
     *     resolved
     * @throws InvalidParamsException (with an empty pointer) if it cannot, or may not, be read or parsed now
     */
    <T> WatchedFile<T> watch(String path, FileParser<T> parser);

    /**
     * State that belongs to this chain entry and {@code identity}, and outlives a reload that changes neither: the same object
     * for each call with equal arguments. Closed, if it is {@link AutoCloseable}, when no entry uses it any more.
     *
     * @param name names the state within the policy
     * @param identity the parameters that matter to it; compared by equals
     */
    <T> T state(String name, Object identity, Supplier<T> create);

    /**
     * Returns state that may grow, such as a cache: like {@link #state}, but shared by all entries of the worker with
     * this policy and an equal identity, across routes. All such states of a process together may use a tenth of its
     * heap.
     *
     * @param identity everything that the content depends on; compared by equals
     * @param maxBytes its size on the heap when it is full
     * @throws InvalidParamsException (with an empty pointer) if that exceeds what the others leave, with the arithmetic
     */
    <T> T sharedState(String name, Object identity, long maxBytes, Supplier<T> create);

    /**
     * Bytes of the heap that all entries of the worker which use the policy share, whatever they keep in them; a metric tells how many are
     * taken. Of the same tenth of the heap as {@link #sharedState}.
     *
     * @param name names the capacity within the policy
     * @param bytes the most that can be taken; entries that give another number have another capacity
     * @throws InvalidParamsException (with an empty pointer) if that is more than the others leave, with the arithmetic
     */
    Capacity capacity(String name, long bytes);

    /**
     * Values that belong to exchanges, one for each. As {@link #state}, they outlive a reload, and the entry of the same name in the other flow
     * sees them. A value that the policy does not take ends once, however its exchange ends: it is answered, breaks off, or its worker loses
     * the kernel. The policy's descriptor asks for ends ({@link PolicyDescriptor#endAccuracy}).
     *
     * @param name names the values within the policy, in the metrics too
     * @param capacity that the values take from while they are kept
     * @param rules say what a value takes, and what its end does
     */
    <T> PerExchange<T> perExchange(String name, Capacity capacity, PerExchange.Rules<T> rules);

    /** As {@link #perExchange(String, Capacity, PerExchange.Rules)}, with places for {@link PerExchange#MAX_VALUES}. */
    default <T> PerExchange<T> perExchange(String name, PerExchange.Rules<T> rules) {
        return perExchange(name, new Capacity(PerExchange.MAX_VALUES), rules);
    }

    /**
     * As {@link #perExchange(String, Capacity, PerExchange.Rules)}, but shared by all entries of the worker that use the policy with an equal
     * identity, on whatever route.
     *
     * @param identity compared by equals
     */
    <T> PerExchange<T> sharedPerExchange(String name, Object identity, Capacity capacity, PerExchange.Rules<T> rules);

    /** Reads a file's text into what the policy needs. */
    @FunctionalInterface
    interface FileParser<T> {
        /**
         * Parses the whole text.
         *
         * @throws IllegalArgumentException with a message that names line and remedy, never a secret
         */
        T parse(String text);
    }

    /** The current content of a file. */
    interface WatchedFile<T> {
        /** The newest good content. Never blocks. */
        T current();
    }
}
