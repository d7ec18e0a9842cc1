package io.policyengine.core.instruction;

/**
 * Sets the first query parameter with this unencoded name and removes the others. If there is none, appends the
 * parameter. Other spellings that an upstream may read as this name count as the same name: another letter case, blanks
 * around it, a blank or full stop in place of {@code _}, or brackets after it.
 */
public record SetQueryParam(String name, String value) implements RequestInstruction {}
