package io.policyengine.kernel.account;

/** A reservation of bytes in an exchange's account, without the data. Confined to the exchange's event loop. */
public final class Held {
    private final ExchangeAccount account;
    private Holder holder;
    private long bytes;

    Held(ExchangeAccount account, Holder holder, long bytes) {
        this.account = account;
        this.holder = holder;
        this.bytes = bytes;
    }

    public long bytes() {
        return bytes;
    }

    /** Reserves {@code more} bytes; returns false if too few are free or a share is exhausted. */
    public boolean add(long more) {
        return added(more, account.tryAdd(holder, more));
    }

    /** Reserves {@code more} bytes for a part of a message; see {@link ByteBudget#tryTakePiece}. */
    public boolean takePiece(long more, long reserve) {
        return added(more, account.tryTakePiece(holder, more, reserve));
    }

    /** Reserves {@code more} bytes for the rest of a message; returns false if too few are free or claims wait. */
    public boolean takeRest(long more) {
        return added(more, account.tryTake(holder, more));
    }

    /** Claims bytes; calls {@code arrived} in a later turn once they are held, unless the claim is cancelled. */
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

    /** Counts the bytes for another holder from now on. */
    public void passTo(Holder next) {
        account.pass(holder, next, bytes);
        holder = next;
    }

    /** Moves at most {@code most} bytes from another reservation to this one; returns the number moved. */
    public long takeFrom(Held other, long most) {
        long moved = Math.clamp(most, 0, other.bytes);
        account.pass(other.holder, holder, moved);
        other.bytes -= moved;
        bytes += moved;
        return moved;
    }

    /** Releases {@code less} of the bytes. */
    public void give(long less) {
        account.give(holder, less);
        bytes -= less;
    }

    /** Returns all bytes to the account. Idempotent; the end of the exchange does it for every reservation. */
    public void release() {
        account.give(holder, bytes);
        bytes = 0;
    }
}
