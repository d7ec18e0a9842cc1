package io.policyengine.core.instruction;

/** Replaces the first query parameter of this name and drops its repeats, or adds it at the end; both unencoded. */
public record SetQueryParam(String name, String value) implements RequestInstruction {}
