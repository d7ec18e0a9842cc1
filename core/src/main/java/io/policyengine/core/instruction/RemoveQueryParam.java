package io.policyengine.core.instruction;

/** Removes all query parameters with this unencoded name; see {@link SetQueryParam} for names that count as it. */
public record RemoveQueryParam(String name) implements RequestInstruction {}
