package io.policyengine.kernel.grpc;

import io.policyengine.kernel.account.Share;
import io.policyengine.kernel.grpc.ByteBudget.Claim;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/** The share of the budget that one call holds. Belongs to the call's event loop; {@link #close} gives back whatever is held then. */
final class BudgetShare {
    private final ByteBudget budget;
    private final Context context;
    private @Nullable Claim claim;
    private long held;
    private boolean closed;
    /** The route and the client that the call's bytes count for; null while that is not known. */
    private @Nullable Share route;

    private @Nullable Share client;

    BudgetShare(ByteBudget budget, Context context) {
        this.budget = budget;
        this.context = context;
    }

    long capacity() {
        return budget.capacity();
    }

    /** Names those whose bytes these are, from now on. */
    void belongsTo(Share itsRoute, @Nullable Share itsClient) {
        route = itsRoute;
        client = itsClient;
        count(held);
    }

    /** True if neither route nor client would have more than its share with so many bytes more. */
    boolean isFair(long more) {
        long all = budget.capacity();
        long free = budget.free();
        return (route == null || route.mayTake(more, all, free)) && (client == null || client.mayTake(more, all, free));
    }

    private void count(long bytes) {
        if (route != null) {
            route.take(bytes);
        }
        if (client != null) {
            client.take(bytes);
        }
    }

    /** Takes bytes if they are free and nobody waits. */
    boolean tryTake(long bytes) {
        return hold(bytes, budget.tryTake(bytes));
    }

    /** Takes bytes for a part of a message, see {@link ByteBudget#tryTakePiece}. */
    boolean tryTakePiece(long bytes, long reserve) {
        return hold(bytes, budget.tryTakePiece(bytes, reserve));
    }

    /** Takes bytes for what is in memory already, if they are free and within the shares. */
    boolean tryAdd(long bytes) {
        return isFair(bytes) && hold(bytes, budget.tryAdd(bytes));
    }

    private boolean hold(long bytes, boolean taken) {
        if (taken) {
            held += bytes;
            count(bytes);
        }
        return taken;
    }

    /** Waits for bytes; {@code arrived} is called in a later turn when they are held, unless they are given up before. */
    void await(long bytes, Runnable arrived) {
        Claim mine = budget.claim(bytes, () -> context.runOnContext(_ -> granted(bytes, arrived)));
        claim = mine;
    }

    private void granted(long bytes, Runnable arrived) {
        if (claim == null) {
            budget.give(bytes);
        } else {
            claim = null;
            hold(bytes, true);
            arrived.run();
        }
    }

    /** Waits no longer. */
    void giveUp() {
        Claim waiting = claim;
        claim = null;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    /** Gives back bytes that were taken; nothing happens after {@link #close}. */
    void give(long bytes) {
        if (bytes > 0 && !closed) {
            held -= bytes;
            count(-bytes);
            budget.give(bytes);
        }
    }

    /** Gives back all that is held, and waits no longer. */
    void close() {
        giveUp();
        give(held);
        closed = true;
    }
}
