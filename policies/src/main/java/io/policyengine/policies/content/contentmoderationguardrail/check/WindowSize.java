package io.policyengine.policies.content.contentmoderationguardrail.check;

/**
 * The size of the windows in which a text is judged.
 *
 * @param bytes of text in UTF-8 at which a window is complete
 * @param overlap bytes at the end of each window with which the next window begins
 */
public record WindowSize(int bytes, int overlap) {}
