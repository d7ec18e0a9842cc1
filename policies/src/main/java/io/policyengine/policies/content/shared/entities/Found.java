package io.policyengine.policies.content.shared.entities;

/**
 * A place of a text where an entity stands.
 *
 * @param start of its first character
 * @param end after its last character
 * @param continues true if it goes on with the one that ends where it starts: what is too long is found in parts
 */
public record Found(Entity entity, int start, int end, boolean continues) {}
