package io.policyengine.kernel.grpc;

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

    BudgetShare(ByteBudget budget, Context context) {
        this.budget = budget;
        this.context = context;
    }

    long capacity() {
        return budget.capacity();
    }

    /** Takes bytes if they are free and nobody waits. */
    boolean tryTake(long bytes) {
        return hold(bytes, budget.tryTake(bytes));
    }

    /** Takes bytes for a part of a message, see {@link ByteBudget#tryTakePiece}. */
    boolean tryTakePiece(long bytes, long reserve) {
        return hold(bytes, budget.tryTakePiece(bytes, reserve));
    }

    /** Takes bytes for what is in memory already, if they are free. */
    boolean tryAdd(long bytes) {
        return hold(bytes, budget.tryAdd(bytes));
    }

    private boolean hold(long bytes, boolean taken) {
        held += taken ? bytes : 0;
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
            held += bytes;
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
