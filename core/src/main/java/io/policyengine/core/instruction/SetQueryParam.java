package io.policyengine.core.instruction;

/**
 * Sets the first query parameter with this unencoded name and removes the others. If there is none, appends the
 * parameter.
 */
public record SetQueryParam(String name, String value) implements RequestInstruction {}
