package io.policyengine.core.instruction;

/**
 * Sets the first query parameter with this unencoded name and removes the others. If there is none, appends the
 * parameter. A name that an upstream may read as this one counts as the same: another letter case, blanks around it,
 * {@code _} written as a blank or full stop, or brackets after it.
 */
public record SetQueryParam(String name, String value) implements RequestInstruction {}
