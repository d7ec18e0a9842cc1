package io.policyengine.core.config.reading;

/** A chain entry as written, and where. */
record PlacedEntry(RoutesText.Entry entry, Section section, String pointer) {}
