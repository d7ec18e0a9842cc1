package io.policyengine.policies.content.contentmoderationguardrail.check;

/**
 * A part of a text that is judged as a unit.
 *
 * @param start position of its first code point in the text
 * @param owned number of leading code units in which a finding may begin; later findings belong to the next window
 */
public record TextWindow(String text, long start, int owned) {
    /** Returns the position, within the whole text, of a code unit of the window. */
    public long place(int unit) {
        return start + text.codePointCount(0, unit);
    }
}
