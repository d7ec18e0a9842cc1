package io.policyengine.core.instruction;

/** Removes all values of a header field. */
public record RemoveHeader(String name) implements HeaderInstruction {}
