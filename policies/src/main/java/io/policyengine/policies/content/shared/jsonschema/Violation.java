package io.policyengine.policies.content.shared.jsonschema;

/**
 * A position in a JSON text that violates its schema.
 *
 * @param pointer JSON Pointer (RFC 6901), empty for the whole
 * @param message for users, in one line
 */
public record Violation(String pointer, String message) {}
