package io.policyengine.core.policy;

import io.policyengine.core.error.Faults;
import java.util.ArrayList;
import java.util.List;
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
    private List<Runnable> listeners = List.of();

    /** One that nobody has cancelled. */
    public Cancellation() {
        this(null);
    }

    private Cancellation(@Nullable Cancellation whole) {
        this.whole = whole;
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
        return listeners.isEmpty() && !isCancelled();
    }

    /** Calls once when it is cancelled; at once if it is already. What the listener throws is logged. */
    public void onCancel(Runnable listener) {
        if (isCancelled()) {
            tell(listener);
            return;
        }
        if (listeners.isEmpty()) {
            listeners = new ArrayList<>(2);
            if (whole != null) {
                whole.onCancel(this::cancel);
            }
        }
        listeners.add(listener);
    }

    /** Cancels; once is enough. */
    public void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        List<Runnable> told = listeners;
        listeners = List.of();
        told.forEach(Cancellation::tell);
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
