package io.policyengine.policies.content.contentmoderationguardrail.callout;

/**
 * A part of a text that a server is asked about.
 *
 * @param path where the text stands in JSON; empty elsewhere
 */
public record ModerationInput(String text, String path) {}
