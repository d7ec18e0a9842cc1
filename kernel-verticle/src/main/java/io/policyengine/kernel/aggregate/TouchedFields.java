package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.PlannedEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that a chain has changed, each with the entry that changed it last. Holds the fields set for the
 * response, too.
 */
final class TouchedFields {
    private Map<String, PlannedEntry> last = Map.of();
    private Map<String, PlannedEntry> lastLeft = Map.of();
    private HeaderMap left = HeaderMap.empty();
    private final RouteMeters meters;
    private int conflicts;

    /**
     * Creates an object for a chain that has changed no header field yet.
     *
     * @param meters counts entries that override one another
     */
    TouchedFields(RouteMeters meters) {
        this.meters = meters;
    }

    /** The names of the header fields that the chain has changed, in lower case. */
    Set<String> names() {
        return last.keySet();
    }

    /** Returns how often an entry changed a field that another entry had changed before. */
    int conflicts() {
        return conflicts;
    }

    HeaderMap left() {
        return left;
    }

    void note(PlannedEntry entry, List<?> instructions) {
        left = SetResponseHeader.after(left, instructions);
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof HeaderInstruction header) {
                touch(entry, header.name());
            } else if (instructions.get(i) instanceof SetBody set) {
                if (set.contentType() != null) {
                    touch(entry, "content-type");
                }
                SetBody.OUTDATED_FIELDS.forEach(field -> touch(entry, field));
            } else if (instructions.get(i) instanceof SetResponseHeader(String name, var _)) {
                lastLeft = lastLeft.isEmpty() ? new HashMap<>() : lastLeft;
                count(entry, lastLeft.put(name, entry));
            }
        }
    }

    private void touch(PlannedEntry entry, String name) {
        if (last.isEmpty()) {
            last = new HashMap<>();
        }
        count(entry, last.put(name, entry));
    }

    private void count(PlannedEntry entry, @Nullable PlannedEntry before) {
        if (before != null && !before.equals(entry)) {
            conflicts++;
            meters.conflicts().increment();
        }
    }
}
