package io.policyengine.core.policy;

import io.policyengine.core.error.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that what a policy decides is no longer wanted: the client is gone, or time is up, be it the entry's own or the whole
 * call's. Belongs to one event loop.
 */
public final class Cancellation {
    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private final @Nullable Cancellation whole;
    private boolean cancelled;
    private @Nullable Listening first;
    private @Nullable Listening last;

    /** Of a part that has somebody to tell, in the whole. */
    private @Nullable Listening inWhole;

    /** One that nobody has cancelled. */
    public Cancellation() {
        this(null);
    }

    private Cancellation(@Nullable Cancellation whole) {
        this.whole = whole;
    }

    /** Somebody who is to be told, until then or until {@link #end}. Belongs to the event loop of its cancellation. */
    public static final class Listening {
        private final Cancellation cancellation;
        private @Nullable Runnable listener;
        private @Nullable Listening before;
        private @Nullable Listening after;

        private Listening(Cancellation cancellation, Runnable listener) {
            this.cancellation = cancellation;
            this.listener = listener;
        }

        /** Is told no more, and kept in memory no longer; once is enough. Costs the same however many others listen. */
        public void end() {
            if (listener != null) {
                listener = null;
                cancellation.remove(this);
            }
        }
    }

    /** One that is cancelled with this one, and perhaps before it. */
    public Cancellation part() {
        return new Cancellation(this);
    }

    /** True if the result is no longer wanted. */
    public boolean isCancelled() {
        return cancelled || (whole != null && whole.isCancelled());
    }

    /** True if it is neither cancelled nor has anybody to tell. */
    public boolean isUntouched() {
        return first == null && !isCancelled();
    }

    /**
     * Calls once when it is cancelled; at once if it is already. What the listener throws is logged.
     *
     * @return ends it; whoever is done before the exchange is ends it, since what the listener refers to is held until then
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

    /** Cancels; once is enough. */
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

    /** One that fails keeps no other from being told. */
    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (Throwable thrown) {
            Faults.rethrowFatal(thrown);
            LOG.atWarn().setCause(thrown).log("a policy failed when it was told that a call was cancelled");
        }
    }
}
