package io.policyengine.policies.content.contentmoderationguardrail.callout;

/**
 * A part of a text that a server judges.
 *
 * @param path of the text in JSON; empty for other content
 */
public record ModerationInput(String text, String path) {}
