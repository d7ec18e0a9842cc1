package io.policyengine.core.policy;

import io.policyengine.core.error.Faults;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that the result of a call is no longer wanted: the client is gone, or time is up. Belongs to one event loop. */
public final class Cancellation {
    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private boolean cancelled;
    private List<Runnable> listeners = List.of();

    /** Whether the result is no longer wanted. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Calls once when it is cancelled; at once if it is already. What the listener throws is logged. */
    public void onCancel(Runnable listener) {
        if (cancelled) {
            tell(listener);
            return;
        }
        if (listeners.isEmpty()) {
            listeners = new ArrayList<>(2);
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
