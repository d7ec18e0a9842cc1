package io.policyengine.core.worker;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answer of one entry to a {@link PolicyQuestion}.
 *
 * @param route the route's name
 * @param entry the entry's name within the route
 * @param answer any JSON; null if there is none
 * @param failure why there is none, for people; null if there is one
 */
public record EntryAnswer(
        String route,
        String entry,
        @Nullable JsonNode answer,
        @Nullable String failure) {}
