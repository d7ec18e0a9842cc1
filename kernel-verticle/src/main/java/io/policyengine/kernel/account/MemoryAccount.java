package io.policyengine.kernel.account;

import io.policyengine.core.time.Ticker;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The memory that a process holds for its exchanges, counted separately for each purpose ({@link Holder}).
 *
 * <p>The heap that exchanges hold is bounded by {@code limits.max_buffered_bytes} in total. When this limit is reached,
 * exchanges that hold much memory and have been idle are ended. The native memory of decoders and encoders has its own
 * limit, {@code limits.max_window_bytes}. The memory of worker calls and of work off the event loops is limited
 * elsewhere, and only reported here. Thread-safe.
 */
public final class MemoryAccount {
    private final Ticker ticker;
    private final ByteBudget budget;
    private final NativeWindows windows = new NativeWindows();
    private final Streams streams = new Streams();
    private final Map<Holder, LongAdder> counted = new EnumMap<>(Holder.class);
    private final Map<Holder, LongSupplier> told;
    private final Shedding shedding;

    /**
     * Creates the memory account of a process whose exchanges hold no bytes yet.
     *
     * @param capacity maximum bytes of the heap that exchanges may hold
     * @param ticker the clock of idle time
     * @param calls returns the bytes of calls that workers have not read
     * @param work returns the bytes of work off the event loops
     */
    public MemoryAccount(long capacity, Ticker ticker, LongSupplier calls, LongSupplier work) {
        this.ticker = ticker;
        this.budget = new ByteBudget(capacity);
        this.told = Map.of(Holder.WINDOWS, windows::held, Holder.CALLS, calls, Holder.WORK, work);
        for (Holder holder : Holder.values()) {
            counted.put(holder, new LongAdder());
        }
        this.shedding = new Shedding(this);
    }

    /** Creates an account that reports no bytes of calls or of work off the event loops. */
    public MemoryAccount(long capacity, Ticker ticker) {
        this(capacity, ticker, () -> 0, () -> 0);
    }

    public long held(Holder holder) {
        LongSupplier other = told.get(holder);
        return other == null ? adder(holder).sum() : other.getAsLong();
    }

    /** Returns the bytes of the heap that exchanges hold. They exceed {@link #capacity} only if it was reduced. */
    public long taken() {
        return budget.taken();
    }

    /** Returns the maximum bytes of the heap that exchanges may hold. */
    public long capacity() {
        return budget.capacity();
    }

    /** Changes the maximum bytes of the heap that exchanges may hold; see {@link ByteBudget#resize}. */
    public void resize(long capacity) {
        budget.resize(capacity);
    }

    NativeWindows windows() {
        return windows;
    }

    public Streams streams() {
        return streams;
    }

    /** Returns the number of exchanges that were ended to free memory for others. */
    public long shedExchanges() {
        return shedding.ended();
    }

    public long free() {
        return budget.free();
    }

    ByteBudget budget() {
        return budget;
    }

    Shedding shedding() {
        return shedding;
    }

    long now() {
        return ticker.nanoTime();
    }

    void count(Holder holder, long bytes) {
        adder(holder).add(bytes);
    }

    private LongAdder adder(Holder holder) {
        return Objects.requireNonNull(counted.get(holder));
    }
}
