package io.policyengine.policies.content.shared.urls;

/**
 * A link in a text.
 *
 * @param from position of its first code unit
 * @param to position after its last
 * @param url as interpreted by programs: without inner blanks and invisible characters, with HTML entities decoded
 */
public record TextLink(int from, int to, String url) {}
