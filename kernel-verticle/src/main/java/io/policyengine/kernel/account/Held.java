package io.policyengine.kernel.account;

/** Bytes that one thing holds of an exchange's account. Does not keep that thing alive. Belongs to the exchange's event loop. */
public final class Held {
    private final ExchangeAccount account;
    private Holder holder;
    private long bytes;

    Held(ExchangeAccount account, Holder holder, long bytes) {
        this.account = account;
        this.holder = holder;
        this.bytes = bytes;
    }

    /** The bytes that are held. */
    public long bytes() {
        return bytes;
    }

    /** True if it holds so many bytes more; false if they cannot be had now, or are beyond the shares. */
    public boolean add(long more) {
        return added(more, account.tryAdd(holder, more));
    }

    /** True if it holds so many bytes more, for a part of a message; see {@link ByteBudget#tryTakePiece}. */
    public boolean takePiece(long more, long reserve) {
        return added(more, account.tryTakePiece(holder, more, reserve));
    }

    /** Reserves so many more bytes for the rest of a message; false if they are not free, or claims wait. */
    public boolean takeRest(long more) {
        return added(more, account.tryTake(holder, more));
    }

    /** Waits for bytes; {@code arrived} is called in a later turn when they are held, unless they are given up before. */
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

    /** Takes over so many bytes that the other holds, or as many as there are; returns their number. */
    public long takeFrom(Held other, long most) {
        long moved = Math.clamp(most, 0, other.bytes);
        account.pass(other.holder, holder, moved);
        other.bytes -= moved;
        bytes += moved;
        return moved;
    }

    /** Gives some of the bytes back. */
    public void give(long less) {
        account.give(holder, less);
        bytes -= less;
    }

    /** Gives the bytes back; once is enough, and the end of the exchange does it for all. */
    public void release() {
        account.give(holder, bytes);
        bytes = 0;
    }
}
