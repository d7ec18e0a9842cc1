package io.policyengine.kernel.recorder;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.error.Faults;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one event loop's exchanges. An exchange takes a record when it begins; when it ends, the observers
 * receive the record. Afterwards the record is reused. At most {@value #MAX_FREE} records are kept for reuse. Confined
 * to the event loop.
 */
public final class ExchangeRecords {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeRecords.class);

    /** Maximum records of ended exchanges that an event loop keeps for reuse. */
    private static final int MAX_FREE = 256;

    private final List<ExchangeObserver> observers;
    private final Deque<ExchangeRecord> free = new ArrayDeque<>();
    private final ExchangeRecord none = new ExchangeRecord(false);
    private boolean failed;

    public ExchangeRecords(List<ExchangeObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    /** Returns a record that stores nothing, for exchanges that have not begun or are not observed. */
    public ExchangeRecord none() {
        return none;
    }

    /** Returns a record for an exchange that begins, under the given settings. */
    public ExchangeRecord take(ObservabilityConfig settings) {
        if (!isWanted(settings)) {
            return none;
        }
        ExchangeRecord used = free.poll();
        return used == null ? new ExchangeRecord(true) : used;
    }

    private boolean isWanted(ObservabilityConfig settings) {
        for (int i = 0; i < observers.size(); i++) {
            if (observers.get(i).wants(settings)) {
                return true;
            }
        }
        return false;
    }

    /** Passes the record of a finished exchange to the observers, then makes it reusable. */
    public void ended(ExchangeRecord record) {
        if (!record.isKept()) {
            return;
        }
        for (int i = 0; i < observers.size(); i++) {
            tell(observers.get(i), record);
        }
        record.forget();
        if (free.size() < MAX_FREE) {
            free.push(record);
        }
    }

    private void tell(ExchangeObserver observer, ExchangeRecord record) {
        try {
            if (observer.wants(record.settings())) {
                observer.ended(record);
            }
        } catch (Throwable bug) {
            Faults.rethrowFatal(bug);
            if (!failed) {
                failed = true;
                LOG.atError()
                        .setCause(bug)
                        .log("an observer of exchanges failed: its data may be incomplete, and further failures on "
                                + "this event loop are not logged");
            }
        }
    }
}
