package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.PlannedEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The header fields that the entries of a chain have touched, each with the entry that did so last. */
final class TouchedFields {
    private Map<String, PlannedEntry> last = Map.of();
    private final RouteMeters meters;

    /**
     * No touched field yet.
     *
     * @param meters count entries that override one another
     */
    TouchedFields(RouteMeters meters) {
        this.meters = meters;
    }

    /** The names of the fields, in lower case. */
    Set<String> names() {
        return last.keySet();
    }

    /** Notes the fields that an entry's instructions touch. */
    void note(PlannedEntry entry, List<?> instructions) {
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof HeaderInstruction header) {
                touch(entry, HeaderMap.lowerCase(header.name()));
            } else if (instructions.get(i) instanceof SetBody set) {
                if (set.contentType() != null) {
                    touch(entry, "content-type");
                }
                SetBody.OUTDATED_FIELDS.forEach(field -> touch(entry, field));
            }
        }
    }

    private void touch(PlannedEntry entry, String name) {
        if (last.isEmpty()) {
            last = new HashMap<>();
        }
        PlannedEntry before = last.put(name, entry);
        if (before != null && !before.equals(entry)) {
            meters.conflicts().increment();
        }
    }
}
