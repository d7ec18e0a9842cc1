package io.policyengine.core.instruction;

/** Replaces the status of the response, 200 to 599. */
public record SetStatusCode(int status) implements ResponseInstruction {}
