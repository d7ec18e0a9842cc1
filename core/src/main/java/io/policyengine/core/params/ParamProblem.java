package io.policyengine.core.params;

/**
 * Something wrong with parameters.
 *
 * @param pointer JSON Pointer (RFC 6901) to the value, or to the key where a key is unknown; empty for the whole
 * @param message what is wrong and what would be right; never a secret
 */
public record ParamProblem(String pointer, String message) {}
