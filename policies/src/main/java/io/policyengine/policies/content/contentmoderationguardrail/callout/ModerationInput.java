package io.policyengine.policies.content.contentmoderationguardrail.callout;

/**
 * A part of a text for a server to judge.
 *
 * @param path of the text in JSON; empty for other content
 */
public record ModerationInput(String text, String path) {}
