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
 * The account of one exchange: the bytes of the {@link MemoryAccount} that it holds, by holder, and the time of their last
 * movement. Confined to the exchange's event loop. {@link #close} returns everything held, once.
 */
public final class ExchangeAccount {
    /** The bytes from which on an exchange holds much: less would not be worth ending it. */
    static final long MUCH = 16 << 10;

    /** The part of what is held, as a divisor, that has to come or go for it to have moved: no drip counts. */
    private static final int MOVE = 16;

    private final MemoryAccount account;
    private final Context context;
    private final Owner owner;
    private @Nullable Claim claim;
    private long awaited;
    private boolean closed;
    private boolean listed;
    /** Null while nothing was ever held. */
    private @Nullable Map<Holder, Long> byHolder;
    /** Bytes that came or went since they last made a move. */
    private long since;

    // Read by whoever looks for exchanges to end, on any event loop.

    private volatile long held;
    private volatile long movedNanos;
    /** The route and the client that the bytes count for; null while that is not known. */
    private volatile @Nullable Share route;

    private volatile @Nullable Share client;
    private volatile Priority priority = Priority.NORMAL;

    /** The exchange that an account belongs to. */
    public interface Owner {
        /** The exchange has to end, since others need what it holds and it moves less than they do. */
        void onShed(long bytes, Duration idle);
    }

    /**
     * An account of nothing.
     *
     * @param context of the exchange's event loop
     */
    public ExchangeAccount(MemoryAccount account, Context context, Owner owner) {
        this.account = account;
        this.context = context;
        this.owner = owner;
    }

    /** The account of the process. */
    public MemoryAccount process() {
        return account;
    }

    /** The bytes that are held. */
    public long held() {
        return held;
    }

    /** Names those whose bytes these are, from now on, and the priority of the route. */
    public void belongsTo(Share itsRoute, @Nullable Share itsClient, Priority itsPriority) {
        priority = itsPriority;
        route = itsRoute;
        client = itsClient;
        countForShares(held);
    }

    /** True if neither route nor client would have more than its share with so many bytes more. */
    public boolean isFair(long more) {
        long all = account.capacity();
        long free = account.free();
        Share ofRoute = route;
        Share ofClient = client;
        return (ofRoute == null || ofRoute.bytes().mayTake(more, all, free))
                && (ofClient == null || ofClient.bytes().mayTake(more, all, free));
    }

    /** The priority of its route. */
    Priority priority() {
        return priority;
    }

    /** True if the bytes of both count for the same route or client. */
    boolean sharesWith(ExchangeAccount other) {
        Share ofRoute = route;
        Share ofClient = client;
        return (ofRoute != null && ofRoute == other.route) || (ofClient != null && ofClient == other.client);
    }

    /**
     * The window of a decoder or an encoder that holds nothing yet, outside of the heap.
     *
     * @param max bytes of all windows of the process at most
     */
    public NativeWindows.Window newWindow(long max) {
        return account.windows()
        .new Window(max, Stream.of(route, client).filter(Objects::nonNull).toList());
    }

    /** A holder of nothing yet. */
    public Held empty(Holder holder) {
        return new Held(this, holder, 0);
    }

    /** Holds bytes for what is in memory already; null if they cannot be had now, or are beyond the shares. */
    public @Nullable Held hold(Holder holder, long bytes) {
        return tryAdd(holder, bytes) ? new Held(this, holder, bytes) : null;
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

    /** Waits no longer. */
    public void giveUp() {
        Claim waiting = claim;
        claim = null;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    /**
     * Reports that so many bytes are unavailable: exchanges that hold much and move little are ended, if there are any.
     */
    public void lacks(long bytes) {
        account.shedding().makeRoom(this, bytes);
    }

    /** Looks again for room, if bytes are waited for: others may be at rest by now. */
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

    /** Gives back all that is held, and waits no longer. */
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

    /** Bytes come or go, counted or not. */
    public void moves(long bytes) {
        long all = held;
        since += bytes;
        if (all > 0 && since >= all / MOVE) {
            since = 0;
            movedNanos = account.now();
        }
    }

    /** The time for which nothing has moved, in nanoseconds. */
    long idleNanos(long now) {
        return now - movedNanos;
    }

    /**
     * Ends the exchange in a turn of its event loop, unless it moves before, or waits for room itself; no longer listed. May be called from
     * anywhere.
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
