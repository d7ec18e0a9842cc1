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
    /** The number of bytes from which an exchange is worth shedding. */
    static final long MUCH = 16 << 10;

    /** The divisor of the held bytes that gives the least movement that counts as progress. */
    private static final int MOVE = 16;

    private final MemoryAccount account;
    private final Context context;
    private final Owner owner;
    private @Nullable Claim claim;
    private long awaited;
    private boolean closed;
    private boolean listed;
    /** Null until something is held. */
    private @Nullable Map<Holder, Long> byHolder;
    /** Bytes received or released since the last counted movement. */
    private long since;

    // Read on any event loop in search of exchanges to end.

    private volatile long held;
    private volatile long movedNanos;
    /** The share of the route that the bytes count for; null until known. */
    private volatile @Nullable Share route;

    private volatile @Nullable Share client;
    private volatile Priority priority = Priority.NORMAL;

    public interface Owner {
        /** Ends the exchange, since others need the bytes that it holds and it has been idle. */
        void onShed(long bytes, Duration idle);
    }

    /**
     * Creates an empty account.
     *
     * @param context of the exchange's event loop
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

    /** Assigns held and future bytes to the shares of a route and a client, and sets the route's priority. */
    public void belongsTo(Share itsRoute, @Nullable Share itsClient, Priority itsPriority) {
        priority = itsPriority;
        route = itsRoute;
        client = itsClient;
        countForShares(held);
    }

    /** Returns whether {@code more} bytes keep both the route and the client within their shares. */
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

    /** Returns whether both accounts count for a common route or client. */
    boolean sharesWith(ExchangeAccount other) {
        Share ofRoute = route;
        Share ofClient = client;
        return (ofRoute != null && ofRoute == other.route) || (ofClient != null && ofClient == other.client);
    }

    /**
     * Creates an empty window for a decoder or an encoder, outside of the heap.
     *
     * @param max most bytes of all windows of the process
     */
    public NativeWindows.Window newWindow(long max) {
        return account.windows()
        .new Window(max, Stream.of(route, client).filter(Objects::nonNull).toList());
    }

    /** Creates a reservation of no bytes. */
    public Held empty(Holder holder) {
        return new Held(this, holder, 0);
    }

    /** Reserves bytes for data already in memory; returns null if none are free or a share is exhausted. */
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

    /** Cancels the pending claim, if any. */
    public void giveUp() {
        Claim waiting = claim;
        claim = null;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    /** Reports that so many bytes are unavailable, so that exchanges that hold much and move little are ended. */
    public void lacks(long bytes) {
        account.shedding().makeRoom(this, bytes);
    }

    /** Repeats the search for room if a claim is pending, since other exchanges may be idle by now. */
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

    /** Releases all bytes held and cancels the pending claim. */
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

    /** Records a movement of bytes, counted or not. */
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

    /** Ends the exchange in a later turn, unless it has moved by then or waits for room. Callable on any thread. */
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
