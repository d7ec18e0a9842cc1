package io.policyengine.core.instruction;

/**
 * Rewrites the request target.
 *
 * @param path octets, begins with a slash; without {@code ?} the query stays, with one it is replaced
 */
public record SetPath(String path) implements RequestInstruction {}
