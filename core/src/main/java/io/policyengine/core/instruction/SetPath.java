package io.policyengine.core.instruction;

/**
 * Changes the request target.
 *
 * @param path octets that begin with a slash. The query is kept if {@code path} contains no {@code ?}, otherwise
 *     replaced
 */
public record SetPath(String path) implements RequestInstruction {}
