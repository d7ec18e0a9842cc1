package io.policyengine.core.config.reading;

import org.jspecify.annotations.Nullable;

/**
 * A chain entry as written, with its position in a file.
 *
 * @param given for the copy of an entry in the response flow, its name in the request flow; otherwise null
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

    /** Returns a copy of the entry for the response flow. */
    PlacedEntry inResponse(String name) {
        return new PlacedEntry(entry, section, pointer, name);
    }

    boolean isInBothPhases() {
        return entry.phases() == RoutesText.Phases.BOTH;
    }
}
