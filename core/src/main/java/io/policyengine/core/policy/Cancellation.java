package io.policyengine.core.policy;

import java.util.ArrayList;
import java.util.List;

/** Tells that the result of a call is no longer wanted: the client is gone, or time is up. Belongs to one event loop. */
public final class Cancellation {
    private boolean cancelled;
    private List<Runnable> listeners = List.of();

    /** Whether the result is no longer wanted. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Calls once when it is cancelled; at once if it is already. */
    public void onCancel(Runnable listener) {
        if (cancelled) {
            listener.run();
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
        told.forEach(Runnable::run);
    }
}
