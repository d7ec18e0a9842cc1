package io.policyengine.core.policy;

import io.policyengine.core.error.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals that a result is no longer needed. Either the client has disconnected, or the time limit of the entry or of
 * the whole call has passed. Confined to one event loop, apart from {@link #isWorking}.
 */
public final class Cancellation {
    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private final @Nullable Cancellation whole;
    private final @Nullable DependencyTime time;
    private boolean cancelled;
    private boolean hasWorked;
    private @Nullable Listening first;
    private @Nullable Listening last;

    /** The number of listeners for work that runs off the event loop. Written on one event loop, read on others. */
    private volatile int working;

    /**
     * If this is an entry's cancellation with listeners: its registration at the cancellation of the call; otherwise
     * null.
     */
    private @Nullable Listening inWhole;

    public Cancellation() {
        this(null, null);
    }

    private Cancellation(@Nullable Cancellation whole, @Nullable DependencyTime time) {
        this.whole = whole;
        this.time = time;
    }

    /**
     * The registration of a listener. The registration ends when the listener is called, or is removed by {@link #end}.
     * Confined to the event loop of its cancellation.
     */
    public static final class Listening {
        private final Cancellation cancellation;
        private @Nullable Runnable listener;
        private @Nullable Listening before;
        private @Nullable Listening after;
        private boolean isOfWork;
        private boolean isOfDependency;
        private boolean isCutShort;

        /**
         * The cancellation of the load that the result waits for, which other calls may share; null if it waits for no
         * load.
         */
        private @Nullable Cancellation load;

        private Listening(Cancellation cancellation, Runnable listener) {
            this.cancellation = cancellation;
            this.listener = listener;
        }

        /** Removes the listener. Idempotent; takes constant time. */
        public void end() {
            if (listener != null) {
                listener = null;
                cancellation.remove(this);
            }
        }
    }

    /**
     * Returns a cancellation for one entry, with the entry's time for its dependencies. The entry's cancellation can be
     * cancelled alone. When this cancellation is cancelled, so is the entry's.
     */
    public Cancellation part(DependencyTime ofEntry) {
        return new Cancellation(this, ofEntry);
    }

    /**
     * Returns the time that an entry has for its dependencies; null if this cancellation belongs to no entry, such as
     * that of a load.
     */
    public @Nullable DependencyTime time() {
        return time;
    }

    /** Records that work off the event loop was done for the call. */
    public void worked() {
        (whole == null ? this : whole).hasWorked = true;
    }

    /** Returns whether work off the event loop was done for the call, which would be wasted if the call failed now. */
    public boolean hasWorked() {
        return whole == null ? hasWorked : whole.hasWorked;
    }

    /** Returns whether the result is no longer needed. */
    public boolean isCancelled() {
        return cancelled || (whole != null && whole.isCancelled());
    }

    /**
     * Returns whether the result waits for work off the event loop, queued or running, or for a free connection. A
     * delay then counts as overload, because its cause is load or the message that the work reads.
     */
    public boolean isWorking() {
        if (working > 0) {
            return true;
        }
        for (Listening next = first; next != null; next = next.after) {
            if (next.load != null && next.load.working > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether the result waits only for dependencies that began with less than their
     * {@link DependencyTime promised time}. Also true if it waits for none, but earlier work and calls left too little
     * time. A delay then does not count as a failure of a dependency.
     */
    public boolean isCutShort() {
        if (time == null) {
            return false;
        }
        boolean isCutShort = false;
        for (Listening next = first; next != null; next = next.after) {
            if (next.isOfDependency) {
                if (!next.isCutShort) {
                    return false;
                }
                isCutShort = true;
            }
        }
        return isCutShort || time.leftLittle();
    }

    /** Returns whether this object is not cancelled and has no listeners. */
    public boolean isUntouched() {
        return first == null && !isCancelled();
    }

    /**
     * Registers a listener, which is called once on cancellation, or at once if already cancelled. Exceptions of the
     * listener are logged.
     *
     * @return the registration. Call its {@link Listening#end} when the work is done, since the listener is referenced
     *     until then
     */
    public Listening onCancel(Runnable listener) {
        Listening listening = new Listening(this, listener);
        if (isCancelled()) {
            listening.listener = null;
            tell(listener);
            return listening;
        }
        if (first == null && whole != null) {
            inWhole = whole.onCancel(this::cancel);
        }
        add(listening);
        return listening;
    }

    /**
     * Registers a listener for work off the event loop, or for the wait for a free connection, as {@link #onCancel}
     * does. While it is registered, {@link #isWorking} is true.
     */
    public Listening onCancelOfWork(Runnable listener) {
        Listening listening = onCancel(listener);
        if (listening.listener != null) {
            listening.isOfWork = true;
            count(1);
        }
        return listening;
    }

    /**
     * Registers a listener as {@link #onCancel} does, for a load whose result other calls may share. Until the listener
     * is removed, {@link #isWorking} is also true while the load waits for work off an event loop.
     */
    public Listening onCancelOfLoad(Cancellation load, Runnable listener) {
        Listening listening = onCancel(listener);
        if (listening.listener != null) {
            listening.load = load;
            listening.isOfDependency = true;
            listening.isCutShort = time != null && time.cutsLoadShort();
        }
        return listening;
    }

    /**
     * Registers a listener for a call to a dependency, as {@link #onCancel} does.
     *
     * @param isCutShort whether the call has less than its promised time
     */
    public Listening onCancelOfDependency(boolean isCutShort, Runnable listener) {
        Listening listening = onCancel(listener);
        if (listening.listener != null) {
            listening.isOfDependency = true;
            listening.isCutShort = isCutShort;
        }
        return listening;
    }

    /** Changes the number of listeners for work. Called only on the event loop of this cancellation. */
    private void count(int change) {
        int before = working;
        working = before + change;
    }

    private void add(Listening added) {
        Listening before = last;
        added.before = before;
        if (before == null) {
            first = added;
        } else {
            before.after = added;
        }
        last = added;
    }

    private void remove(Listening removed) {
        if (removed.isOfWork) {
            count(-1);
        }
        if (time != null && (removed.isOfWork || removed.isOfDependency)) {
            time.ended();
        }
        Listening before = removed.before;
        Listening after = removed.after;
        removed.before = null;
        removed.after = null;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        if (first == null && inWhole != null) {
            inWhole.end();
            inWhole = null;
        }
    }

    /** Cancels, and calls the listeners. Idempotent. */
    public void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        for (Listening next = first; next != null; next = first) {
            Runnable listener = next.listener;
            next.end();
            if (listener != null) {
                tell(listener);
            }
        }
    }

    /** Calls a listener. If it throws, the others are still called. */
    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (Throwable thrown) {
            Faults.rethrowFatal(thrown);
            LOG.atWarn()
                    .setCause(thrown)
                    .log("a policy's cancellation listener failed; the call is cancelled " + "nevertheless");
        }
    }
}
