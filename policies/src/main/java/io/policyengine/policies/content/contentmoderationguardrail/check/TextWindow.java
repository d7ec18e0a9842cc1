package io.policyengine.policies.content.contentmoderationguardrail.check;

/**
 * A part of a text that is judged at once.
 *
 * @param start the place of its first code point in the text
 * @param owned code units before which what counts in this window begins: the next window shows the rest again
 */
public record TextWindow(String text, long start, int owned) {
    /** The place in the text of a code unit of the window. */
    public long place(int unit) {
        return start + text.codePointCount(0, unit);
    }
}
