package io.policyengine.policies.content.shared.jsonschema;

/**
 * A violation of a schema by a JSON text.
 *
 * @param pointer JSON Pointer (RFC 6901) of the invalid value; empty for the whole text
 * @param message for users, in one line
 */
public record Violation(String pointer, String message) {}
