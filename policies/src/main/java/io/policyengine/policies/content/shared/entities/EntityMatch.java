package io.policyengine.policies.content.shared.entities;

/**
 * An entity in a text.
 *
 * @param start position of its first character
 * @param end position after its last character
 * @param continues true if the match continues the one that ends at {@code start}, since a long entity is matched in
 *     parts
 */
public record EntityMatch(Entity entity, int start, int end, boolean continues) {}
