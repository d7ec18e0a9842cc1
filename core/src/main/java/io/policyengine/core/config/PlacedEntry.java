package io.policyengine.core.config;

/** A chain entry as written, and where. */
record PlacedEntry(RoutesText.Entry entry, Section section, String pointer) {}
