package io.policyengine.core.config.reading;

import org.jspecify.annotations.Nullable;

/**
 * A chain entry as written, with its position in a file.
 *
 * @param given the name that the entry has in the request flow; null unless it stands in the response flow, too
 */
record PlacedEntry(
        RoutesText.Entry entry,
        Section section,
        String pointer,
        @Nullable String given) {
    /** Creates an entry of the flow in which it is written. */
    PlacedEntry(RoutesText.Entry entry, Section section, String pointer) {
        this(entry, section, pointer, null);
    }

    /** Returns the name, or null if the entry has none yet. */
    @Nullable
    String name() {
        return given == null ? entry.name() : given;
    }

    /** Returns the same entry for the response flow. */
    PlacedEntry inResponse(String name) {
        return new PlacedEntry(entry, section, pointer, name);
    }

    boolean isInBothPhases() {
        return entry.phases() == RoutesText.Phases.BOTH;
    }
}
