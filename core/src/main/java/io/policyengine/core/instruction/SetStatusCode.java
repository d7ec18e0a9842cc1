package io.policyengine.core.instruction;

/** Replaces the status of the response, 200 to 599. With 204, 205 or 304, no body is sent. */
public record SetStatusCode(int status) implements ResponseInstruction {}
