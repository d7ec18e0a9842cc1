package io.policyengine.policies.records.shared.exchangerecord;

/** Texts of a bounded length. JSON escapes their control characters, so that none begins a line of its own. */
public final class RecordTexts {
    /** Characters that are recorded of a text. */
    public static final int LONGEST = 1_024;

    private RecordTexts() {}

    /** The text, or its beginning and an ellipsis. */
    public static String bounded(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}
