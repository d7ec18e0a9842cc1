package io.policyengine.policies.content.shared.urls;

/**
 * A link in a text.
 *
 * @param from position of its first code unit
 * @param to position after its last code unit
 * @param url as programs interpret it: with HTML entities decoded, without inner blanks and invisible characters
 */
public record TextLink(int from, int to, String url) {}
