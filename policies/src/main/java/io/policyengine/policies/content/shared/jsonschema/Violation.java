package io.policyengine.policies.content.shared.jsonschema;

/**
 * A place of a JSON text that is not as its schema says.
 *
 * @param pointer JSON Pointer (RFC 6901), empty for the whole
 * @param message for people, in one line
 */
public record Violation(String pointer, String message) {}
