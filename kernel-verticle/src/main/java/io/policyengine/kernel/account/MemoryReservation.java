package io.policyengine.kernel.account;

/**
 * A reservation of bytes in an exchange's account; it does not hold the data itself. Confined to the exchange's event
 * loop.
 */
public final class MemoryReservation {
    private final ExchangeAccount account;
    private Holder holder;
    private long bytes;

    MemoryReservation(ExchangeAccount account, Holder holder, long bytes) {
        this.account = account;
        this.holder = holder;
        this.bytes = bytes;
    }

    public long bytes() {
        return bytes;
    }

    /**
     * Reserves {@code more} further bytes; returns false if too few are free, a share is exhausted, or the account is
     * closed.
     */
    public boolean add(long more) {
        return added(more, account.tryAdd(holder, more));
    }

    /**
     * Reserves {@code more} further bytes for a part of a message. Returns false if other claims wait, or if fewer than
     * {@code reserve} bytes would remain free.
     */
    public boolean takePiece(long more, long reserve) {
        return added(more, account.tryTakePiece(holder, more, reserve));
    }

    /**
     * Reserves {@code more} further bytes for the rest of a message; returns false if too few are free or other claims
     * wait.
     */
    public boolean takeRest(long more) {
        return added(more, account.tryTake(holder, more));
    }

    /**
     * Claims {@code more} further bytes. Calls {@code arrived} in a later turn of the event loop, once they are
     * reserved, unless the claim is cancelled.
     */
    public void await(long more, Runnable arrived) {
        account.await(holder, more, () -> {
            bytes += more;
            arrived.run();
        });
    }

    private boolean added(long more, boolean taken) {
        if (taken) {
            bytes += more;
        }
        return taken;
    }

    /** Counts the reserved bytes for another purpose from now on. */
    public void passTo(Holder next) {
        account.pass(holder, next, bytes);
        holder = next;
    }

    /** Moves at most {@code most} bytes from another reservation to this one. Returns the number of bytes moved. */
    public long takeFrom(MemoryReservation other, long most) {
        long moved = Math.clamp(most, 0, other.bytes);
        account.pass(other.holder, holder, moved);
        other.bytes -= moved;
        bytes += moved;
        return moved;
    }

    /** Releases {@code less} of the reserved bytes. */
    public void give(long less) {
        account.give(holder, less);
        bytes -= less;
    }

    /**
     * Returns all bytes to the account. Idempotent. The end of the exchange returns the bytes of all its reservations.
     */
    public void release() {
        account.give(holder, bytes);
        bytes = 0;
    }
}
