package io.policyengine.core.instruction;

/** Removes all query parameters with this unencoded name. */
public record RemoveQueryParam(String name) implements RequestInstruction {}
