package io.policyengine.core.instruction;

/**
 * Removes all query parameters with this unencoded name; see {@link SetQueryParam} for the names that count as the
 * same.
 */
public record RemoveQueryParam(String name) implements RequestInstruction {}
