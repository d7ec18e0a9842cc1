package io.policyengine.policies.content.contentmoderationguardrail.check;

/**
 * The size of the windows in which a text is judged.
 *
 * @param bytes of text in UTF-8 after which a window is judged
 * @param overlap bytes at the end of each window that the next one repeats
 */
public record WindowSize(int bytes, int overlap) {}
