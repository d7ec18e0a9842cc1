package io.policyengine.policies.content.shared.urls;

/**
 * A link in a text.
 *
 * @param from the place of its first code unit
 * @param to the place after its last
 * @param url as a program would read it that makes a link of it: blanks within and what is invisible taken out, entities of HTML opened
 */
public record Link(int from, int to, String url) {}
