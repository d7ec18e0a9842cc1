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
 * All effects that a policy may have: time, randomness, files, network, shared state. Policies use no others, which
 * makes tests exact.
 */
public interface PolicyEnvironment {
    /** The name of the entry's route policy, for records. */
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

    /** Limit of memory for work off the event loop, in bytes: a task that needs more always fails. */
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
     * Returns state of this chain entry and {@code identity}, which outlives a reload that changes neither: the same
     * object for equal arguments. An {@link AutoCloseable} is closed when no entry uses it any more.
     *
     * @param name of the state within the policy
     * @param identity the parameters that affect it; compared by equals
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
     * Returns heap bytes that all entries of the worker with this policy share, for any content; a metric reports the
     * bytes in use. Part of the same tenth of the heap as {@link #sharedState}.
     *
     * @param name of the capacity within the policy
     * @param bytes limit; entries with another limit have another capacity
     * @throws InvalidParamsException (with an empty pointer) if that exceeds what the others leave, with the arithmetic
     */
    Capacity capacity(String name, long bytes);

    /**
     * Returns values that belong to exchanges, one each. Like {@link #state}, they outlive a reload, and the entry of
     * the same name in the other flow sees them. A value that the policy does not take ends once, however its exchange
     * ends, or when the kernel is lost. The descriptor must request ends ({@link PolicyDescriptor#endAccuracy}).
     *
     * @param name of the values within the policy, and in metrics
     * @param capacity from which values take their size while kept
     * @param rules the size of a value, and the effect of its end
     */
    <T> PerExchange<T> perExchange(String name, Capacity capacity, PerExchange.Rules<T> rules);

    /** Like {@link #perExchange(String, Capacity, PerExchange.Rules)}, for {@link PerExchange#MAX_VALUES} values. */
    default <T> PerExchange<T> perExchange(String name, PerExchange.Rules<T> rules) {
        return perExchange(name, new Capacity(PerExchange.MAX_VALUES), rules);
    }

    /**
     * Like {@link #perExchange(String, Capacity, PerExchange.Rules)}, but shared by all entries of the worker with this
     * policy and an equal identity, on any route.
     *
     * @param identity compared by equals
     */
    <T> PerExchange<T> sharedPerExchange(String name, Object identity, Capacity capacity, PerExchange.Rules<T> rules);

    /** Parses a file's text into the form that the policy needs. */
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
        /** The latest valid content. Never blocks. */
        T current();
    }
}
