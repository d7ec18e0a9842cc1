package io.policyengine.core.config.reading;

/** A chain entry as written, with its position. */
record PlacedEntry(RoutesText.Entry entry, Section section, String pointer) {}
