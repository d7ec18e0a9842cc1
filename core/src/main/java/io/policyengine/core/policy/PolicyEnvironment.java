package io.policyengine.core.policy;

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

    /** Most time that a call of this entry has: its own {@code timeout_ms}, or else the worker's; a call may have less. */
    Duration timeout();

    /** Most bytes of a body that an instruction or an immediate response of the policy may have; with a longer one the entry fails. */
    long maxBodyBytes();

    /** A fresh random id (a UUID as text). */
    String newId();

    /** A fresh random number, uniform over all longs. */
    long randomLong();

    /**
     * A server that the policy calls. Those who name the same server share its connections, its bounds and its breaker.
     *
     * @param nameOrUrl of {@code worker_core.targets}, or a URL with http or https, which gets their defaults
     * @throws InvalidParamsException (with an empty pointer) if no target has the name, or it cannot be called
     */
    Target target(String nameOrUrl);

    /**
     * A server that the policy speaks to in bytes. Those who name the same address with equal bounds share its connections and its breaker.
     *
     * @param address as {@code HOST:PORT}, or the absolute path of a Unix socket
     * @throws InvalidParamsException (with an empty pointer) if it is no address
     */
    ByteTarget byteTarget(String address, ByteTarget.Bounds bounds);

    /**
     * A store, as this policy sees it. It sees no other policy's values, and of its own those of one scope.
     *
     * @param name of {@code worker_core.stores}, or {@link Store#LOCAL}, which always exists
     * @param scope a name that all entries which share values give; empty: the values are those of this route and entry alone
     * @param localBytes memory that its values may take where the store is local: at most, since all such stores of a process share their part of the heap
     * @throws InvalidParamsException (with an empty pointer) if no store has the name
     */
    Store store(String name, String scope, long localBytes);

    /**
     * A sink for the policy's records. Those who name the same sink share it; nothing is opened before the first record.
     *
     * @param sink by its name in {@code worker_core.sinks}, or written out
     * @param sealing the chain that the records are put in; empty for none
     * @throws InvalidParamsException if there is no such sink, or it cannot be one, with pointers into what is written out
     */
    Sink sink(SinkRef sink, Optional<Sealing> sealing);

    /**
     * The counts of a cache of this policy's, in the metrics; those who give the same name share them, on whatever route.
     *
     * @param cache a name that the policy's code has for it, never one that comes from a request
     */
    CacheMeter cacheMeter(String cache);

    /** Completes after the duration. */
    Future<Void> after(Duration duration);

    /**
     * Runs what computes for long off the event loop, on threads that all policies of the process share; completes on the caller's.
     *
     * @param call that wants the result: when it is cancelled, work that has not begun never does, and work that runs is told by its {@link
     *     io.policyengine.core.work.Stop}
     * @param work says what the task needs; one that needs more memory than there is for all work fails
     * @return fails with what the task throws, or with {@link io.policyengine.core.error.ErrorCode#OVERLOADED} if too much work waits
     */
    <T> Future<T> offLoop(Call call, Work work, Task<T> task);

    /** Most bytes of memory that a piece of such work may need: one that needs more always fails. */
    long maxWorkBytes();

    /**
     * A file that is read now and again whenever it changes; the last good content stays while a newer one does not parse. Entries that
     * watch the same file with equal parsers share what was parsed: it is immutable. A file has 2 s to answer, and may have 16 MiB, less
     * where the heap is small.
     *
     * @param path absolute, or relative to the conf directory; below one of {@code worker_core.secrets.roots}, links resolved
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
     * State that may grow, such as a cache: as {@link #state}, but shared by all entries of the worker that use the policy with an equal
     * identity, on whatever route. All such states of a process together may have a tenth of its heap.
     *
     * @param identity all that the content depends on; compared by equals
     * @param maxBytes the most that it takes of the heap when it is full
     * @throws InvalidParamsException (with an empty pointer) if that is more than the others leave, with the arithmetic
     */
    <T> T sharedState(String name, Object identity, long maxBytes, Supplier<T> create);

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
