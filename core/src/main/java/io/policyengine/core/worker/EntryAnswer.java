package io.policyengine.core.worker;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answer of an entry to a {@link PolicyQuestion}.
 *
 * @param route the route's name
 * @param entry the entry's name within the route
 * @param answer any JSON value; null after a failure
 * @param failure the reason of a failure, as text for operators, or null
 */
public record EntryAnswer(
        String route,
        String entry,
        @Nullable JsonNode answer,
        @Nullable String failure) {}
