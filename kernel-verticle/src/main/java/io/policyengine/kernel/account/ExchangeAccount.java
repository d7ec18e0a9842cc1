package io.policyengine.kernel.account;

import io.policyengine.core.config.Priority;
import io.policyengine.kernel.account.ByteBudget.Claim;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory account of one exchange. It records how many bytes the exchange holds for each purpose ({@link Holder}),
 * and when it last received or released bytes. Confined to the exchange's event loop. {@link #close} returns all held
 * bytes, once.
 */
public final class ExchangeAccount {
    /** An exchange that holds at least {@value} bytes may be ended to free memory. */
    static final long MUCH = 16 << 10;

    /** An exchange makes progress when it receives or releases at least 1/{@value} of the bytes that it holds. */
    private static final int MOVE = 16;

    private final MemoryAccount account;
    private final Context context;
    private final Owner owner;
    private @Nullable Claim claim;
    private long awaited;
    private boolean closed;
    private boolean listed;
    /** The held bytes by purpose; null until the exchange holds some. */
    private @Nullable Map<Holder, Long> byHolder;
    /** The bytes that the exchange has received or released since its last progress was recorded. */
    private long since;

    // Read on any event loop in search of exchanges to end.

    private volatile long held;
    private volatile long movedNanos;
    /** The share of the exchange's route, in which the held bytes count; null while the route is unknown. */
    private volatile @Nullable Share route;

    private volatile @Nullable Share client;
    private volatile Priority priority = Priority.NORMAL;

    public interface Owner {
        /** Ends the exchange, because it has been idle and other exchanges need its bytes. */
        void onShed(long bytes, Duration idle);
    }

    /**
     * Creates the memory account of an exchange that holds no bytes yet.
     *
     * @param context the context of the exchange's event loop
     */
    public ExchangeAccount(MemoryAccount account, Context context, Owner owner) {
        this.account = account;
        this.context = context;
        this.owner = owner;
    }

    public MemoryAccount process() {
        return account;
    }

    public long held() {
        return held;
    }

    /**
     * Counts the exchange's bytes, held and future, in the shares of its route and its client. Sets the priority of the
     * exchange.
     */
    public void belongsTo(Share itsRoute, @Nullable Share itsClient, Priority itsPriority) {
        priority = itsPriority;
        route = itsRoute;
        client = itsClient;
        countForShares(held);
    }

    /**
     * Returns whether both the route and the client remain within their shares if the exchange takes {@code more}
     * bytes.
     */
    public boolean isFair(long more) {
        long all = account.capacity();
        long free = account.free();
        Share ofRoute = route;
        Share ofClient = client;
        return (ofRoute == null || ofRoute.bytes().mayTake(more, all, free))
                && (ofClient == null || ofClient.bytes().mayTake(more, all, free));
    }

    Priority priority() {
        return priority;
    }

    /** Returns whether this account and the other belong to the same route or the same client. */
    boolean sharesWith(ExchangeAccount other) {
        Share ofRoute = route;
        Share ofClient = client;
        return (ofRoute != null && ofRoute == other.route) || (ofClient != null && ofClient == other.client);
    }

    /**
     * Creates an empty window for the native memory of a decoder or an encoder.
     *
     * @param max maximum bytes of all windows of the process
     */
    public NativeWindows.Window newWindow(long max) {
        return account.windows()
        .new Window(max, Stream.of(route, client).filter(Objects::nonNull).toList());
    }

    /** Creates a reservation for a purpose, of 0 bytes at first. */
    public MemoryReservation empty(Holder holder) {
        return new MemoryReservation(this, holder, 0);
    }

    /**
     * Reserves bytes for data already in memory; returns null if too few are free, a share is exhausted, or the account
     * is closed.
     */
    public @Nullable MemoryReservation hold(Holder holder, long bytes) {
        return tryAdd(holder, bytes) ? new MemoryReservation(this, holder, bytes) : null;
    }

    boolean tryAdd(Holder holder, long bytes) {
        return took(holder, bytes, !closed && isFair(bytes) && account.budget().tryAdd(bytes), !closed);
    }

    boolean tryTake(Holder holder, long bytes) {
        return took(holder, bytes, account.budget().tryTake(bytes), false);
    }

    boolean tryTakePiece(Holder holder, long bytes, long reserve) {
        return took(holder, bytes, account.budget().tryTakePiece(bytes, reserve), false);
    }

    private boolean took(Holder holder, long bytes, boolean taken, boolean isRefused) {
        if (taken) {
            count(holder, bytes);
        } else if (isRefused) {
            lacks(bytes);
        }
        return taken;
    }

    void await(Holder holder, long bytes, Runnable arrived) {
        awaited = bytes;
        claim = account.budget().claim(bytes, () -> context.runOnContext(_ -> granted(holder, bytes, arrived)));
        lacks(bytes);
    }

    private void granted(Holder holder, long bytes, Runnable arrived) {
        if (claim == null) {
            account.budget().give(bytes);
        } else {
            claim = null;
            count(holder, bytes);
            arrived.run();
        }
    }

    /** Cancels the exchange's pending claim of bytes, if there is one. */
    public void giveUp() {
        Claim waiting = claim;
        claim = null;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    /**
     * Reports that {@code bytes} bytes are needed but not free. Exchanges that hold much memory and make no progress
     * may then be ended.
     */
    public void lacks(long bytes) {
        account.shedding().makeRoom(this, bytes);
    }

    /** Looks again for idle exchanges that can be ended, if this exchange has a pending claim of bytes. */
    public void lookAgain() {
        if (claim != null) {
            lacks(awaited);
        }
    }

    void give(Holder holder, long bytes) {
        if (bytes > 0 && !closed) {
            count(holder, -bytes);
            account.budget().give(bytes);
        }
    }

    void pass(Holder from, Holder to, long bytes) {
        if (bytes > 0 && !closed) {
            add(from, -bytes);
            add(to, bytes);
        }
    }

    /** Releases all bytes of the exchange, and cancels its pending claim. */
    public void close() {
        if (closed) {
            return;
        }
        giveUp();
        long rest = held;
        if (byHolder != null) {
            byHolder.forEach((holder, bytes) -> account.count(holder, -bytes));
            byHolder = null;
        }
        closed = true;
        if (rest > 0) {
            held = 0;
            countForShares(-rest);
            list(false);
            account.budget().give(rest);
        }
    }

    private void count(Holder holder, long bytes) {
        if (bytes == 0) {
            return;
        }
        add(holder, bytes);
        countForShares(bytes);
        long now = held + bytes;
        held = now;
        moves(Math.abs(bytes));
        list(now >= MUCH);
    }

    private void add(Holder holder, long bytes) {
        if (byHolder == null) {
            byHolder = new EnumMap<>(Holder.class);
        }
        byHolder.merge(holder, bytes, Long::sum);
        account.count(holder, bytes);
    }

    private void countForShares(long bytes) {
        Share ofRoute = route;
        Share ofClient = client;
        if (ofRoute != null) {
            ofRoute.bytes().take(bytes);
        }
        if (ofClient != null) {
            ofClient.bytes().take(bytes);
        }
    }

    private void list(boolean holdsMuch) {
        if (holdsMuch != listed) {
            listed = holdsMuch;
            account.shedding().list(this, holdsMuch);
        }
    }

    /** Records that bytes were received or released, whether or not the account counts them. */
    public void moves(long bytes) {
        long all = held;
        since += bytes;
        if (all > 0 && since >= all / MOVE) {
            since = 0;
            movedNanos = account.now();
        }
    }

    long idleNanos(long now) {
        return now - movedNanos;
    }

    /**
     * Ends the exchange in a later turn of its event loop. Does nothing if the exchange has made progress by then, or
     * itself waits for memory. Callable on any thread.
     */
    void shed() {
        context.runOnContext(_ -> {
            long idle = idleNanos(account.now());
            if (closed || !listed) {
                return;
            }
            if (idle >= Shedding.IDLE_NANOS && claim == null) {
                account.shedding().count();
                owner.onShed(held, Duration.ofNanos(idle));
            } else {
                account.shedding().list(this, true);
            }
        });
    }
}
