package io.policyengine.policies.content.shared.entities;

/**
 * An entity in a text.
 *
 * @param start position of its first character
 * @param end position after its last character
 * @param continues true if it continues the match that ends at {@code start}, since long entities are found in parts
 */
public record EntityMatch(Entity entity, int start, int end, boolean continues) {}
