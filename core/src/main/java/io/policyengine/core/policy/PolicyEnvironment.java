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
 * Gives a policy access to everything other than its parameters and inputs: time, randomness, files, network, shared
 * state. A policy must not use anything else, so tests can control all of it.
 */
public interface PolicyEnvironment {
    /** The name of the route policy that contains the entry, for records. */
    String route();

    /** Wall-clock time. */
    InstantSource clock();

    /** Monotonic time. */
    Ticker ticker();

    /** The time limit of a call of this entry: {@code timeout_ms}, or the worker's limit. A call may have less time. */
    Duration timeout();

    /** Maximum bytes of a body in an instruction or immediate response. A longer body fails the entry. */
    long maxBodyBytes();

    /** Returns a new random id (a UUID as text). */
    String newId();

    /** Returns a new random number, uniform over all longs. */
    long randomLong();

    /**
     * Returns a server that the policy calls. Entries that use the same server share connections, bounds and circuit
     * breaker.
     *
     * @param nameOrUrl a name in {@code worker_core.targets}, or an http or https URL, for which default settings apply
     * @throws InvalidParamsException (with an empty pointer) if the target is unknown or cannot be called
     */
    Target target(String nameOrUrl);

    /**
     * Returns a server with a protocol other than HTTP. Entries with the same address and equal bounds share
     * connections and circuit breaker.
     *
     * @param address {@code HOST:PORT}, or the absolute path of a Unix socket
     * @throws InvalidParamsException (with an empty pointer) if the address is invalid
     */
    ByteTarget byteTarget(String address, ByteTarget.Bounds bounds);

    /**
     * Returns a store that contains only the values of this policy in one scope.
     *
     * @param name a name in {@code worker_core.stores}, or {@link Store#LOCAL}, which always exists
     * @param scope a common name of all entries that share values; if empty, only this entry of this route uses the
     *     values
     * @param localBytes maximum memory of a local store; all local stores of a process share their part of the heap
     * @throws InvalidParamsException (with an empty pointer) if the store is unknown
     */
    Store store(String name, String scope, long localBytes);

    /**
     * Returns a sink for the policy's records. Entries that use the same sink share it. The sink is opened for the
     * first record.
     *
     * @param sink a name in {@code worker_core.sinks}, or a definition
     * @param sealing the settings of the chain of records; empty for records without a chain
     * @throws InvalidParamsException if the sink is unknown, or if its definition is invalid; the pointers are then
     *     relative to the definition
     */
    Sink sink(SinkRef sink, Optional<Sealing> sealing);

    /**
     * Returns the meter of one of this policy's caches. Entries that use the same name share the meter across routes.
     *
     * @param cache a constant name, never one from a request
     */
    CacheMeter cacheMeter(String cache);

    /** Completes after the duration. */
    Future<Void> after(Duration duration);

    /**
     * Runs a long computation off the event loop, on threads that all policies of the process share. Completes on the
     * caller's event loop.
     *
     * @param call the call that needs the result. If it is cancelled, a queued task is dropped, and a running task is
     *     notified by its {@link io.policyengine.core.work.StopSignal}
     * @param work the resources of the task. A task fails if it needs more memory than all work together may use
     * @return fails with the task's exception, or with {@link io.policyengine.core.error.ErrorCode#OVERLOADED} if too
     *     much work is queued
     */
    <T> Future<T> offLoop(Call call, Work work, Task<T> task);

    /** Maximum memory of all work off the event loop, in bytes. A task that needs more always fails. */
    long maxWorkBytes();

    /**
     * Returns a file that is read now and after each change. While the newest content is invalid, the last valid
     * content remains in use. Entries with the same file and equal parsers share the parsed content, which must be
     * immutable. Reading fails after 2 s, and the file may have at most 16 MiB, or less with a small heap.
     *
     * @param path absolute, or relative to the conf directory. With links resolved, it must be below one of {@code
     *     worker_core.secrets.roots}
     * @throws InvalidParamsException (with an empty pointer) if the file cannot, or must not, be read or parsed now
     */
    <T> WatchedFile<T> watch(String path, FileParser<T> parser);

    /**
     * Returns state of this chain entry: the same object for equal arguments, even after a reload. An {@link
     * AutoCloseable} is closed when no entry uses it any more.
     *
     * @param name the name of the state within the policy
     * @param identity the parameters that affect the state; compared by equals
     */
    <T> T state(String name, Object identity, Supplier<T> create);

    /**
     * Returns state of a fixed, small size. Unlike {@link #state}, it is shared by all entries of this policy in the
     * worker that have an equal identity, across routes.
     *
     * @param identity the parameters that affect the state; compared by equals
     */
    <T> T sharedState(String name, Object identity, Supplier<T> create);

    /**
     * Returns whether the entry runs in shadow mode. In shadow mode, the entry must use separate shared state, so that
     * it affects no decision about live messages.
     */
    default boolean isShadow() {
        return false;
    }

    /**
     * The digest of the entries that a response passes before this entry stores it; empty if unknown. Entries of the
     * same name in both flows have the same digest. A policy that stores responses must include the digest in their
     * keys. Then it does not find responses that were stored before an entry was added.
     */
    default String passedDigest() {
        return "";
    }

    /**
     * Returns state that may grow, such as a cache, shared like {@link #sharedState}. All such states of a process
     * together may use a tenth of the heap. If their requested sizes exceed this, small requests are met in full and
     * all others get equal parts. The parts change when states are added or released. States used only by replaced
     * entries get the bytes that remain. So a state must work with any size.
     *
     * @param identity everything that the content depends on; compared by equals
     * @param maxBytes its size on the heap when it is full
     */
    <T extends ResizableState> T sharedCache(String name, Object identity, long maxBytes, Supplier<T> create);

    /**
     * Returns a budget of heap bytes, for any content, that all entries of this policy in the worker share. A metric
     * reports the bytes in use. The bytes are part of the same tenth of the heap as {@link #sharedCache}, so the limit
     * may be lower than requested, and may change.
     *
     * @param name the name of the capacity within the policy
     * @param bytes the maximum; entries with a different maximum use a separate capacity
     */
    Capacity capacity(String name, long bytes);

    /**
     * Returns values that belong to exchanges, at most one per exchange. Like {@link #state}, they survive a reload.
     * The entry of the same name in the other flow uses the same values. A value that the policy does not take ends
     * when its exchange ends or the kernel is lost. The descriptor must request notification of ends ({@link
     * PolicyDescriptor#endAccuracy}).
     *
     * @param name the name of the values within the policy and in metrics
     * @param capacity the capacity that values occupy while they are kept
     * @param rules determines the size of a value and receives values that end
     */
    <T> PerExchange<T> perExchange(String name, Capacity capacity, PerExchange.Rules<T> rules);

    /**
     * Returns values as {@link #perExchange(String, Capacity, PerExchange.Rules)} does, with a capacity of {@link
     * PerExchange#MAX_VALUES} values.
     */
    default <T> PerExchange<T> perExchange(String name, PerExchange.Rules<T> rules) {
        return perExchange(name, new Capacity(PerExchange.MAX_VALUES), rules);
    }

    /**
     * Returns values as {@link #perExchange(String, Capacity, PerExchange.Rules)} does, but shared between entries. All
     * entries of this policy in the worker that have an equal identity share them, on any route.
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
         * @throws IllegalArgumentException with a message that names the line and the remedy, but no secret
         */
        T parse(String text);
    }

    /** The current content of a file. */
    interface WatchedFile<T> {
        /** Returns the latest valid content. Never blocks. */
        T current();
    }
}
