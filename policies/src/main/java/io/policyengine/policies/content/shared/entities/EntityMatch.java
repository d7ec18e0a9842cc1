package io.policyengine.policies.content.shared.entities;

/**
 * A position of an entity in a text.
 *
 * @param start of its first character
 * @param end after its last character
 * @param continues true if it continues the one that ends where it starts: long ones are found in parts
 */
public record EntityMatch(Entity entity, int start, int end, boolean continues) {}
