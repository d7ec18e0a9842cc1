package io.policyengine.core.config.reading;

/** A chain entry as written, with its position in a file. */
record PlacedEntry(RoutesText.Entry entry, Section section, String pointer) {}
