package io.policyengine.core.instruction;

/** Replaces the status of the response, with a value from 200 to 599. If it is 204, 205 or 304, no body is sent. */
public record SetStatusCode(int status) implements ResponseInstruction {}
